using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Passes;

namespace EfficientNet.Compiler.Planning;

/// <summary>The kernel of a depthwise region: how its channels are grouped, its rows banded, its weights packed.</summary>
internal static class FusedKernels
{
    /// <summary>Chooses groups and bands.</summary>
    /// <param name="region">What is made.</param>
    /// <param name="inHalves">Whether the map may lie in halves.</param>
    public static FusedDepthwiseKernel For(DepthwiseRegion region, bool inHalves)
    {
        ConvolutionOp depthwise = region.Depthwise;
        ConvolutionOp? producer = region.Producer;
        ProducerKind kind = producer is null ? ProducerKind.None : region.ProducedByStem ? ProducerKind.Stem : ProducerKind.Pointwise;
        Shape source = producer?.InputShape ?? depthwise.InputShape;
        int reduction = producer is null ? 1 : producer.InputsPerGroup * producer.Geometry.Kernel * producer.Geometry.Kernel;
        int blocks = MapLayout.Blocks(depthwise.Output.Channels);
        int groupBlocks = TileSelector.GroupBlocks(blocks, depthwise.InputShape.Width, reduction);
        int bands = BandSelector.Bands(blocks / groupBlocks, depthwise.Output.Height);
        SqueezeKernel? squeeze = region.SqueezeExcite is { } ops
            ? new SqueezeKernel(groupBlocks, MapLayout.Blocks(ops.Reduction.Output.Channels), bands, bands > 1 ? blocks * MapLayout.Lanes : 0, depthwise.Output.Positions)
            : null;
        var kernel = new FusedDepthwiseKernel
        {
            Producer = kind,
            Source = source,
            Expanded = depthwise.InputShape,
            Output = depthwise.Output,
            ProducerGeometry = producer?.Geometry ?? ConvolutionGeometry.Pointwise,
            Depthwise = depthwise.Geometry,
            ProducerActivation = producer?.Activation ?? Model.ActivationKind.None,
            DepthwiseActivation = depthwise.Activation,
            GroupBlocks = groupBlocks,
            Bands = bands,
            Squeeze = squeeze,
            Pooled = squeeze is not null,
        };
        return inHalves ? kernel with { Halves = MapHalves.Of(kernel) } : kernel;
    }
}
