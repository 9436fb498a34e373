using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Planning;

/// <summary>Gradient of a pointwise convolution's weights: one block of input channels, one panel of outputs, one run of positions.</summary>
/// <param name="Inputs">Input channels of the block, 16 at most.</param>
/// <param name="Positions">Positions in the run.</param>
/// <param name="PanelBlocks">Output blocks of the panel.</param>
/// <param name="OutputPlane">Floats between output blocks.</param>
internal sealed record PointwiseGradientKernel(int Inputs, int Positions, int PanelBlocks, int OutputPlane) : Kernel
{
    public override string Name => $"PointwiseGradient_{Inputs}to{PanelBlocks * MapLayout.Lanes}_{Positions}_by{OutputPlane / MapLayout.Lanes}";
}

/// <summary>Gradient of a convolution's biases: one panel of outputs, one run of positions.</summary>
/// <param name="Positions">Positions in the run.</param>
/// <param name="PanelBlocks">Output blocks of the panel.</param>
/// <param name="OutputPlane">Floats between output blocks.</param>
internal sealed record BiasGradientKernel(int Positions, int PanelBlocks, int OutputPlane) : Kernel
{
    public override string Name => $"BiasGradient_{PanelBlocks * MapLayout.Lanes}_{Positions}_by{OutputPlane / MapLayout.Lanes}";
}

/// <summary>
/// Gradient of a pointwise convolution's weights and biases, one image: runs of positions, each for all panels and input blocks, so that what is
/// read of a run comes from memory once. Pieces are the panels, because the input is the narrower map.
/// </summary>
/// <param name="Weights">The weights as the forward kernel reads them.</param>
/// <param name="Positions">Positions of the map.</param>
/// <param name="HasBias">Whether the convolution has biases.</param>
internal sealed record WeightGradientKernel(PanelLayout Weights, int Positions, bool HasBias) : Kernel
{
    public int InputBlocks => MapLayout.Blocks(Weights.Inputs);

    public int Pieces => Weights.Panels;

    public override string Name => $"WeightGradient_{Weights.Inputs}to{Weights.Outputs}_{Positions}{(HasBias ? "_Bias" : "")}";
}

/// <summary>
/// The same where the input is act(scale · map + shift), gated where there is squeeze-excite, and exists as one run of one block at a time.
/// Pieces are the blocks of input channels, because the input is the wider map.
/// </summary>
/// <param name="Weights">The weights as the forward kernel reads them.</param>
/// <param name="Positions">Positions of the map.</param>
/// <param name="Activation">The activation.</param>
/// <param name="Gated">Whether every input channel is multiplied by its gate.</param>
/// <param name="HasBias">Whether the convolution has biases.</param>
internal sealed record NormalisedWeightGradientKernel(PanelLayout Weights, int Positions, ActivationKind Activation, bool Gated, bool HasBias) : Kernel
{
    public int InputBlocks => MapLayout.Blocks(Weights.Inputs);

    public int Pieces => InputBlocks;

    public long ScratchFloats => (long)GradientRuns.Of(Positions).Positions * MapLayout.Lanes;

    public override string Name => $"NormalisedWeightGradient_{Weights.Inputs}to{Weights.Outputs}_{Positions}{Suffix(Activation)}{(Gated ? "_Gated" : "")}{(HasBias ? "_Bias" : "")}";
}

/// <summary>Gradient of a fully connected layer and its biases, all images at once. One kernel serves every matrix of a network: it waits for memory.</summary>
internal sealed record FullyConnectedGradientKernel : Kernel
{
    public override string Name => "FullyConnectedGradient";

    /// <summary>The numbers of a call.</summary>
    /// <param name="matrix">The matrix as the forward kernel reads it; no panel is narrower than the others.</param>
    /// <exception cref="InvalidOperationException">The panels differ in width.</exception>
    public static (string Name, int Value)[] Geometry(PanelLayout matrix) => matrix.PanelBlocks > 0 && matrix.TailBlocks > 0
        ? throw new InvalidOperationException($"the panels of {matrix} differ in width")
        :
        [
            ("inputs", matrix.Inputs), ("xStride", MapLayout.Blocks(matrix.Inputs) * MapLayout.Lanes), ("dyStride", matrix.OutputBlocks * MapLayout.Lanes),
            ("width", matrix.WeightsAt), ("stride", matrix.Stride),
        ];
}
