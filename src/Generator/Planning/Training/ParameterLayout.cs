using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Passes.Training;

namespace EfficientNet.Compiler.Planning.Training;

/// <summary>Where a convolution's weights and biases lie among the parameters, in the form that its forward kernel reads, a dense one's as its taps.</summary>
/// <param name="Packed">Names, shape and places of weights and biases.</param>
/// <param name="At">Its first float.</param>
/// <param name="Floats">Its length, biases and padding included.</param>
/// <param name="PanelBlocks">Output blocks of a panel; the last one has the rest.</param>
internal sealed record ConvolutionPlace(PackedConvolution Packed, long At, long Floats, int PanelBlocks)
{
    /// <summary>Weights, biases first where they are panels.</summary>
    public Operand Weights => new(Buffer.Parameters, At, 0);

    /// <summary>The gradients, in the same order.</summary>
    public Operand Gradients => new(Buffer.Gradients, At, 0);
}

/// <summary>Where a BatchNorm's numbers lie: gamma, then beta, among the parameters; mean and variance by block among the statistics.</summary>
internal sealed record NormPlace(BatchNormOp Norm, long GammaAt, long BetaAt, long StatisticsAt)
{
    public Operand Gamma => new(Buffer.Parameters, GammaAt, 0);

    public Operand Beta => new(Buffer.Parameters, BetaAt, 0);

    public Operand GammaGradient => new(Buffer.Gradients, GammaAt, 0);

    public Operand BetaGradient => new(Buffer.Gradients, BetaAt, 0);

    public Operand Running => new(Buffer.Statistics, StatisticsAt, 0);
}

/// <summary>Gives every learned number its place, in the order of the network. Every line of 16 floats holds weights alone, or biases and BatchNorm alone.</summary>
internal sealed class ParameterLayout
{
    public List<ConvolutionPlace> Convolutions { get; } = [];

    public List<NormPlace> Norms { get; } = [];

    /// <summary>The first parameter of every part.</summary>
    public List<long> Parts { get; } = [];

    /// <summary>Floats of all parameters, padding included.</summary>
    public long Floats { get; private set; }

    /// <summary>Floats of all running statistics, padding included.</summary>
    public long StatisticsFloats { get; private set; }

    /// <summary>Begins a part of the network: what is added from here on is its own.</summary>
    public void BeginPart() => Parts.Add(Floats);

    /// <summary>Panels, bias first, for a dense or pointwise convolution.</summary>
    /// <param name="c">The convolution.</param>
    /// <param name="reduction">Rows of weights in a panel, padding included.</param>
    /// <param name="panelBlocks">Output blocks of a panel; a narrower last one keeps as much room for its biases.</param>
    public ConvolutionPlace AddPanels(ConvolutionOp c, int reduction, int panelBlocks)
    {
        int stride = PanelLayout.StrideOf(reduction, panelBlocks);
        long floats = PanelLayout.FloatsOf(MapLayout.Blocks(c.Output.Channels), reduction, panelBlocks);
        long at = Take(floats);
        return Keep(new(PlanBuilder.Panels(c, at, panelBlocks, stride), at, floats, panelBlocks));
    }

    /// <summary>Panels, bias first, for a dense convolution, whose panels are all of one width.</summary>
    public ConvolutionPlace AddDense(ConvolutionOp c, FusedMBConvKernel kernel)
    {
        long at = Take(kernel.DenseFloats);
        return Keep(new(PlanBuilder.Dense(c, at, kernel), at, kernel.DenseFloats, kernel.PanelBlocks));
    }

    /// <summary>Taps, then bias, block by block.</summary>
    public ConvolutionPlace AddDepthwise(ConvolutionOp c)
    {
        int block = (c.Geometry.Kernel * c.Geometry.Kernel + 1) * MapLayout.Lanes;
        long floats = (long)MapLayout.Blocks(c.Output.Channels) * block;
        long at = Take(floats);
        return Keep(new(PlanBuilder.Depthwise(c, at, groupBlocks: 1, block), at, floats, PanelBlocks: 1));
    }

    public ConvolutionPlace AddClassifier(LinearOp linear, FullyConnectedKernel kernel)
    {
        long floats = kernel.WeightFloats;
        long at = Take(floats);
        return Keep(new(PlanBuilder.Classifier(linear, kernel, at), at, floats, kernel.PanelBlocks));
    }

    public NormPlace Add(BatchNormOp norm)
    {
        long floats = (long)MapLayout.Blocks(norm.Output.Channels) * MapLayout.Lanes;
        var place = new NormPlace(norm, Take(floats), Take(floats), StatisticsFloats);
        StatisticsFloats += 2 * floats;
        Norms.Add(place);
        return place;
    }

    private ConvolutionPlace Keep(ConvolutionPlace place)
    {
        Convolutions.Add(place);
        return place;
    }

    private long Take(long floats)
    {
        long at = Floats;
        Floats += floats;
        return at;
    }
}
