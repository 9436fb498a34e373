using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Graph;

/// <summary>One operation of the network and the tensor it makes, which goes by the operation's number.</summary>
/// <remarks>
/// Operations are listed in an order in which every input precedes its use. They are the whole mathematics of the
/// network, training included: dropout, stochastic depth and BatchNorm are operations of their own, so that the
/// same graph serves inference (which removes or folds them) and differentiation (which needs them).
/// </remarks>
/// <param name="Id">Number of the operation, its place in the list.</param>
/// <param name="Name">Where it stands in the network: stage.block, then its role.</param>
/// <param name="Output">Shape of the tensor it makes.</param>
internal abstract record Op(int Id, string Name, Shape Output)
{
    /// <summary>Where it stands without its role: the block it belongs to.</summary>
    public string Block => Name.Split(' ')[0];

    /// <summary>The tensors it reads, in the order of the formula.</summary>
    public abstract IEnumerable<int> Inputs { get; }
}

/// <summary>The image.</summary>
internal sealed record InputOp(int Id, string Name, Shape Output) : Op(Id, Name, Output)
{
    public override IEnumerable<int> Inputs => [];
}

/// <summary>y[o] = Σ w[o, i, ky, kx] · x[i, …] (+ b[o]); depthwise when every channel is a group of its own.</summary>
internal sealed record ConvolutionOp(int Id, string Name, Shape Output, int Input, Shape InputShape, ConvolutionGeometry Geometry,
    bool Depthwise, bool HasBias, ParameterNames Parameters) : Op(Id, Name, Output)
{
    /// <summary>Set by BatchNorm folding: the normalisation that is multiplied into weights and bias when they are loaded.</summary>
    public FoldedBatchNorm? BatchNorm { get; init; }

    /// <summary>Set by activation fusion: applied to the sum before it is stored.</summary>
    public ActivationKind Activation { get; init; } = ActivationKind.None;

    public int InputsPerGroup => Depthwise ? 1 : InputShape.Channels;

    public long WeightCount => (long)Output.Channels * InputsPerGroup * Geometry.Kernel * Geometry.Kernel;

    public long MultiplyAdds => Output.Positions * WeightCount;

    public override IEnumerable<int> Inputs => [Input];
}

/// <summary>The constants and names of a BatchNorm that has been folded into the convolution before it.</summary>
internal sealed record FoldedBatchNorm(ParameterNames Parameters, double Epsilon);

/// <summary>y = gamma · (x − mean) / √(variance + epsilon) + beta, per channel.</summary>
internal sealed record BatchNormOp(int Id, string Name, Shape Output, int Input, double Epsilon, double Momentum, ParameterNames Parameters)
    : Op(Id, Name, Output)
{
    public override IEnumerable<int> Inputs => [Input];
}

/// <summary>An elementwise function.</summary>
internal sealed record ActivationOp(int Id, string Name, Shape Output, int Input, ActivationKind Kind) : Op(Id, Name, Output)
{
    public override IEnumerable<int> Inputs => [Input];
}

/// <summary>y = 1 / (1 + e^−x): the gate of squeeze-excite.</summary>
internal sealed record SigmoidOp(int Id, string Name, Shape Output, int Input) : Op(Id, Name, Output)
{
    public override IEnumerable<int> Inputs => [Input];
}

/// <summary>The mean over all positions, per channel.</summary>
internal sealed record GlobalAveragePoolOp(int Id, string Name, Shape Output, int Input) : Op(Id, Name, Output)
{
    public override IEnumerable<int> Inputs => [Input];
}

/// <summary>y[c, …] = x[c, …] · gate[c].</summary>
internal sealed record ScaleOp(int Id, string Name, Shape Output, int Input, int Gate) : Op(Id, Name, Output)
{
    public override IEnumerable<int> Inputs => [Input, Gate];
}

/// <summary>The residual sum.</summary>
internal sealed record AddOp(int Id, string Name, Shape Output, int Branch, int Shortcut) : Op(Id, Name, Output)
{
    public override IEnumerable<int> Inputs => [Branch, Shortcut];
}

/// <summary>Training only: the whole branch of an image is dropped with this probability, or divided by 1 − rate.</summary>
internal sealed record StochasticDepthOp(int Id, string Name, Shape Output, int Input, double Rate) : Op(Id, Name, Output)
{
    public override IEnumerable<int> Inputs => [Input];
}

/// <summary>Training only: an element is dropped with this probability, or divided by 1 − rate.</summary>
internal sealed record DropoutOp(int Id, string Name, Shape Output, int Input, double Rate) : Op(Id, Name, Output)
{
    public override IEnumerable<int> Inputs => [Input];
}

/// <summary>y[o] = Σ w[o, i] · x[i] + b[o].</summary>
internal sealed record LinearOp(int Id, string Name, Shape Output, int Input, int InputChannels, ParameterNames Parameters)
    : Op(Id, Name, Output)
{
    public long WeightCount => (long)Output.Channels * InputChannels;

    public override IEnumerable<int> Inputs => [Input];
}
