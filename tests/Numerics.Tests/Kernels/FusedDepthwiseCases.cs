using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>The fused kernels that are tested: every producer, both paddings, bands that divide the rows and bands that do not.</summary>
internal static class FusedDepthwiseCases
{
    public static Dictionary<string, FusedDepthwiseKernel> Sweep()
    {
        const PaddingMode same = PaddingMode.Same, symmetric = PaddingMode.Symmetric;
        const ActivationKind none = ActivationKind.None, relu = ActivationKind.Relu, relu6 = ActivationKind.Relu6, silu = ActivationKind.Silu, hard = ActivationKind.HardSwish;
        FusedDepthwiseKernel[] all =
        [
            // A stored map.
            Make(ProducerKind.None, 16, 1, 1, 16, 3, 1, symmetric, none, 1, 1, 0, false),
            Make(ProducerKind.None, 20, 5, 7, 20, 3, 2, same, relu6, 2, 1, 0, false),
            Make(ProducerKind.None, 32, 8, 8, 32, 5, 2, same, silu, 1, 1, 10, true),
            Make(ProducerKind.None, 48, 13, 9, 48, 3, 1, symmetric, none, 3, 2, 0, true),
            Make(ProducerKind.None, 40, 16, 16, 40, 7, 1, same, relu, 1, 4, 6, true),
            Make(ProducerKind.None, 18, 3, 2, 18, 7, 2, symmetric, none, 2, 1, 0, false),
            Make(ProducerKind.None, 17, 6, 5, 17, 1, 2, symmetric, relu, 1, 2, 0, false),
            // A raw map, normalised and activated as it is read.
            Make(ProducerKind.Normalise, 16, 1, 1, 16, 3, 1, symmetric, relu6, 1, 1, 0, false) with { DepthwiseActivation = none },
            Make(ProducerKind.Normalise, 33, 9, 7, 33, 3, 2, same, silu, 1, 1, 0, false) with { DepthwiseActivation = none },
            Make(ProducerKind.Normalise, 40, 14, 15, 40, 5, 1, symmetric, relu, 3, 2, 0, false) with { DepthwiseActivation = none },
            Make(ProducerKind.Normalise, 18, 16, 16, 18, 5, 2, same, hard, 2, 1, 0, false) with { DepthwiseActivation = none },
            Make(ProducerKind.Normalise, 20, 3, 2, 20, 9, 1, same, none, 1, 1, 0, false),
            Make(ProducerKind.Normalise, 20, 10, 6, 20, 1, 2, symmetric, relu, 1, 1, 0, false) with { DepthwiseActivation = none },
            // A pointwise expansion.
            Make(ProducerKind.Pointwise, 3, 1, 1, 18, 5, 1, symmetric, relu6, 1, 1, 0, false),
            Make(ProducerKind.Pointwise, 16, 8, 6, 96, 3, 2, same, relu6, 3, 1, 4, true),
            Make(ProducerKind.Pointwise, 24, 14, 14, 144, 5, 2, same, silu, 3, 1, 6, true),
            Make(ProducerKind.Pointwise, 18, 15, 13, 33, 3, 1, same, relu, 1, 3, 17, true),
            Make(ProducerKind.Pointwise, 40, 16, 14, 64, 5, 1, symmetric, none, 2, 4, 3, true),
            Make(ProducerKind.Pointwise, 12, 4, 4, 32, 7, 2, symmetric, hard, 2, 1, 0, true),
            Make(ProducerKind.Pointwise, 80, 7, 7, 480, 3, 1, symmetric, silu, 6, 1, 20, true),
            Make(ProducerKind.Pointwise, 21, 30, 4, 16, 3, 2, same, relu6, 1, 5, 0, false),
            // A stride wider than the kernel: rows that no output reads are made all the same, and traced.
            Make(ProducerKind.Pointwise, 14, 12, 9, 33, 1, 2, symmetric, relu6, 1, 3, 4, true),
            Make(ProducerKind.Pointwise, 16, 6, 7, 32, 1, 2, same, silu, 2, 1, 0, false),
            Make(ProducerKind.Stem, 3, 43, 20, 24, 1, 2, same, relu, 1, 2, 5, true),
            // The stem.
            Make(ProducerKind.Stem, 3, 9, 11, 16, 3, 1, same, relu6, 1, 1, 0, false),
            Make(ProducerKind.Stem, 3, 16, 16, 32, 3, 1, same, silu, 2, 2, 8, true),
            Make(ProducerKind.Stem, 3, 32, 30, 40, 5, 2, symmetric, none, 3, 1, 0, true),
            Make(ProducerKind.Stem, 3, 31, 29, 24, 3, 2, symmetric, relu, 1, 2, 5, true),
            Make(ProducerKind.Stem, 3, 2, 3, 8, 3, 1, same, hard, 1, 1, 0, false),
            // A narrower last group.
            Make(ProducerKind.None, 66, 9, 8, 66, 3, 1, same, relu6, 2, 1, 0, false),
            Make(ProducerKind.None, 80, 12, 7, 80, 5, 2, symmetric, silu, 3, 1, 9, true),
            Make(ProducerKind.None, 108, 6, 9, 108, 3, 1, symmetric, silu, 4, 1, 5, true),
            Make(ProducerKind.Pointwise, 12, 9, 10, 80, 1, 1, same, relu, 3, 1, 0, false),
            Make(ProducerKind.Pointwise, 20, 14, 14, 112, 5, 1, same, silu, 3, 1, 5, true),
            Make(ProducerKind.Pointwise, 24, 7, 7, 176, 3, 1, symmetric, relu, 3, 1, 20, true),
            Make(ProducerKind.Pointwise, 17, 15, 15, 44, 3, 2, symmetric, relu6, 2, 1, 0, true),
            Make(ProducerKind.Stem, 3, 20, 17, 72, 3, 1, same, relu6, 4, 1, 6, true),
            // Two different activations.
            Make(ProducerKind.Pointwise, 24, 10, 8, 48, 3, 2, same, none, 3, 1, 0, false) with { DepthwiseActivation = relu6 },
            Make(ProducerKind.Pointwise, 14, 8, 8, 36, 5, 1, symmetric, silu, 1, 2, 4, true) with { DepthwiseActivation = relu },
            Make(ProducerKind.Stem, 3, 16, 8, 20, 3, 2, same, relu6, 1, 1, 3, true) with { DepthwiseActivation = none },
        ];
        // What comes in bands lies in halves too, as it does in a forward pass.
        IEnumerable<FusedDepthwiseKernel> halved = all.Where(kernel => kernel.Producer != ProducerKind.Normalise && kernel.Bands > 1)
            .Select(kernel => kernel with { Halves = new MapHalves(kernel.Output, OfRows: true, kernel.Bands / 2 * kernel.BandRows) });
        FusedDepthwiseKernel[] inCaches = [.. all, .. halved];
        // What is larger than the caches goes past them; a training step stores no such map.
        IEnumerable<FusedDepthwiseKernel> streamed = inCaches.Where(kernel => kernel.Producer != ProducerKind.Normalise).Select(kernel => kernel with { Streams = true });
        return inCaches.Concat(streamed)
            .Select((kernel, i) => KeyValuePair.Create($"{i}_{kernel.Name}_bands{kernel.Bands}_{kernel.DepthwiseActivation}{(kernel.Halves is null ? "" : "_halves")}", kernel)).ToDictionary();
    }

    private static FusedDepthwiseKernel Make(ProducerKind producer, int channels, int height, int width, int expanded, int kernel, int stride, PaddingMode padding,
        ActivationKind activation, int groupBlocks, int bands, int squeeze, bool pooled)
    {
        var source = new Shape(channels, height, width);
        (ConvolutionGeometry producerGeometry, int rows, int columns) = producer == ProducerKind.Stem
            ? ConvolutionGeometry.On(source, 3, 2, padding)
            : (ConvolutionGeometry.Pointwise, height, width);
        var map = new Shape(expanded, rows, columns);
        (ConvolutionGeometry depthwise, int outputRows, int outputColumns) = ConvolutionGeometry.On(map, kernel, stride, padding);
        var output = new Shape(expanded, outputRows, outputColumns);
        int blocks = MapLayout.Blocks(expanded);
        return new FusedDepthwiseKernel
        {
            Producer = producer,
            Source = source,
            Expanded = map,
            Output = output,
            ProducerGeometry = producerGeometry,
            Depthwise = depthwise,
            ProducerActivation = producer == ProducerKind.None ? ActivationKind.None : activation,
            DepthwiseActivation = activation,
            GroupBlocks = groupBlocks,
            Bands = bands,
            Squeeze = squeeze == 0 ? null : new SqueezeKernel(groupBlocks, MapLayout.Blocks(squeeze), bands, bands > 1 ? blocks * MapLayout.Lanes : 0, output.Positions),
            Pooled = pooled,
        };
    }
}
