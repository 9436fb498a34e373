using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;

namespace EfficientNet.Benchmarks.Kernels;

/// <summary>What a call of a training step computes.</summary>
/// <param name="Work">In the field's words; calls of the same work and map are counted together.</param>
/// <param name="Side">Height of the map, of the depthwise convolution's output; 0 where there is none.</param>
/// <param name="MultiplyAdds">Of the layers' own channels, for one image; 0 for passes that only read and write.</param>
internal sealed record TrainingCost(string Work, int Side, long MultiplyAdds)
{
    private static readonly TrainingCost Other = new("the rest: BatchNorm, squeeze-excite, loss, copies", 0, 0);

    /// <summary>The cost of a call.</summary>
    /// <param name="network">The network that is trained: it knows how many of a kernel's channels are padding.</param>
    /// <param name="backward">Whether the call makes gradients.</param>
    /// <param name="kernel">The kernel.</param>
    public static TrainingCost Of(Network network, bool backward, Kernel kernel)
    {
        string map = backward ? "pointwise, gradient of the input" : "pointwise";
        const string weights = "pointwise, gradient of the weights";
        return kernel switch
        {
            PointwiseMapKernel k => Pointwise(map, k.Reduction, k.OutputBlocks, k.Positions),
            NormalisedPointwiseKernel k => Pointwise(map, MapLayout.PaddedReduction(k.Input.Channels), k.OutputBlocks, k.Input.Positions),
            WeightGradientKernel k => new(weights, SideOf(k.Positions), (long)k.Weights.Inputs * k.Weights.Outputs * k.Positions),
            NormalisedWeightGradientKernel k => new(weights, SideOf(k.Positions), (long)k.Weights.Inputs * k.Weights.Outputs * k.Positions),
            FusedDepthwiseKernel k => new(Depthwise("", k.Depthwise), k.Output.Height, k.Output.Elements * (long)k.Depthwise.Kernel * k.Depthwise.Kernel),
            DepthwiseBackwardKernel k => new(Depthwise(", both gradients", k.Geometry), k.Output.Height, 2 * k.Output.Elements * (long)k.Taps),
            FusedMBConvKernel k => Dense(backward ? ", gradient of the input" : "", k.Inputs.Geometry, k.Inputs.Source, k.Output),
            WinogradWeightGradientKernel k => Dense(", gradient of the weights", k.Tiles.Geometry, k.Tiles.Source, k.Output),
            ConvolutionWeightGradientKernel k => Dense(", gradient of the weights", k.Taps.Geometry, k.Taps.Source, k.Output),
            ConvolutionInputGradientKernel k => Dense(", gradient of the input", k.Geometry, k.Input, k.Output),
            StemGradientKernel k => new("stem, gradient of the weights", k.Output.Height, k.Output.Elements * (long)k.Image.Channels * k.Geometry.Kernel * k.Geometry.Kernel),
            _ => Other,
        };

        TrainingCost Pointwise(string work, int reduction, int outputBlocks, int positions) =>
            network.Ops.OfType<ConvolutionOp>().FirstOrDefault(op => Fits(op, reduction, outputBlocks, positions)) is { } layer ? new(work, SideOf(positions), layer.MultiplyAdds) : Other;
    }

    /// <summary>Whether a kernel is a pointwise layer's, or with inputs and outputs exchanged its gradient's.</summary>
    private static bool Fits(ConvolutionOp op, int reduction, int outputBlocks, int positions)
    {
        if (op.Depthwise || op.Geometry.Kernel != 1 || op.Output.Positions != positions) return false;
        int inputs = op.InputShape.Channels, outputs = op.Output.Channels;
        return (MapLayout.PaddedReduction(inputs) == reduction && MapLayout.Blocks(outputs) == outputBlocks)
            || (MapLayout.PaddedReduction(outputs) == reduction && MapLayout.Blocks(inputs) == outputBlocks);
    }

    private static TrainingCost Dense(string what, ConvolutionGeometry geometry, Shape input, Shape output) => new(
        $"dense {geometry.Kernel}×{geometry.Kernel}, stride {geometry.Stride}{what}", output.Height, output.Elements * (long)input.Channels * geometry.Kernel * geometry.Kernel);

    private static string Depthwise(string what, ConvolutionGeometry geometry) => $"depthwise {geometry.Kernel}×{geometry.Kernel}, stride {geometry.Stride}{what}";

    private static int SideOf(int positions) => (int)Math.Sqrt(positions);
}
