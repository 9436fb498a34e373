using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Passes;

namespace EfficientNet.Compiler.Planning;

/// <summary>The kernels of a depthwise region: one for the map, or one for each half of its channels, which may be the same twice.</summary>
/// <param name="Calls">The kernels.</param>
/// <param name="OfChannels">The halves of channels that the calls make; null where there is one call.</param>
internal sealed record FusedKernels(EquatableArray<FusedCall> Calls, MapHalves? OfChannels)
{
    /// <summary>How the map lies, where it does in halves: of channels, or of rows as the kernel makes them.</summary>
    public MapHalves? Halves => OfChannels ?? Kernel.Halves;

    /// <summary>The first kernel: all have their groups, bands and geometry in common.</summary>
    public FusedDepthwiseKernel Kernel => Calls[0].Kernel;

    /// <summary>Groups of all calls.</summary>
    public int Groups => Calls.Sum(call => call.Groups);

    /// <summary>Blocks that the first half of the channels has; 0 where they are not halved.</summary>
    public int FirstBlocks => OfChannels?.First ?? 0;

    /// <summary>The cheapest groups and bands for one, two and four workers together.</summary>
    public static readonly FusedChoice Cheapest = (candidates, projection) => candidates.OrderBy(candidate => DepthwiseCost.Of(candidate, projection)).First();

    /// <summary>Chooses groups and bands.</summary>
    /// <param name="region">What is made.</param>
    /// <param name="projection">What reads the map; null where it has to stay whole.</param>
    /// <param name="choice">Who chooses.</param>
    public static FusedKernels For(DepthwiseRegion region, ProjectionRegion? projection, FusedChoice choice) =>
        choice(Candidates(region, inHalves: projection is not null), projection);

    private static IEnumerable<FusedKernels> Candidates(DepthwiseRegion region, bool inHalves)
    {
        int blocks = MapLayout.Blocks(region.Depthwise.Output.Channels);
        // Halves of whole blocks: a gate that knows no other channels serves all maps of as many.
        Shape map = region.Depthwise.Output with { Channels = blocks * MapLayout.Lanes };
        foreach (int group in Enumerable.Range(1, Math.Min(blocks, TileSelector.WidestPanel)).Where(group => blocks % group == 0))
        {
            // What may lie in halves is not made in one piece: workers would write where others read.
            bool whole = !inHalves || blocks == 1;
            foreach (int bands in new[] { 1, BandSelector.Bands(blocks / group, map.Height) }.Distinct().Where(bands => bands > 1 || whole))
            {
                FusedDepthwiseKernel kernel = Make(region, region.Depthwise.Output.Channels, group, bands);
                MapHalves? halves = inHalves && bands > 1 ? new MapHalves(map, OfRows: true, bands / 2 * kernel.BandRows) : null;
                yield return new FusedKernels(new[] { new FusedCall(kernel with { Halves = halves }, kernel.Groups) }.ToEquatableArray(), OfChannels: null);
            }
        }

        if (!inHalves || blocks == 1) yield break;
        foreach (int group in Enumerable.Range(1, Math.Min((blocks + 1) / 2, TileSelector.WidestPanel)))
        {
            // In the middle, or between groups of one width.
            int[] cuts = blocks % group == 0 ? [(blocks + 1) / 2, (blocks / group + 1) / 2 * group] : [(blocks + 1) / 2];
            foreach (int first in cuts.Distinct().Where(first => first < blocks)) yield return InHalves(region, new MapHalves(map, OfRows: false, first), group);
        }
    }

    private static FusedKernels InHalves(DepthwiseRegion region, MapHalves halves, int group)
    {
        FusedDepthwiseKernel first = Make(region, halves.Length(0) * MapLayout.Lanes, group, bands: 1);
        FusedDepthwiseKernel second = Make(region, halves.Length(1) * MapLayout.Lanes, group, bands: 1);
        // A kernel that is not asked for its narrower last group serves halves of full groups too.
        FusedDepthwiseKernel serves = second.TailBlocks == 0 ? first : second;
        return new FusedKernels(new[] { new FusedCall(first, first.Groups), new FusedCall(serves, second.Groups) }.ToEquatableArray(), halves);
    }

    private static FusedDepthwiseKernel Make(DepthwiseRegion region, int channels, int group, int bands)
    {
        ConvolutionOp depthwise = region.Depthwise;
        ConvolutionOp? producer = region.Producer;
        SqueezeKernel? squeeze = region.SqueezeExcite is { } ops
            ? new SqueezeKernel(group, MapLayout.Blocks(ops.Reduction.Output.Channels), bands, bands > 1 ? MapLayout.Blocks(channels) * MapLayout.Lanes : 0, depthwise.Output.Positions)
            : null;
        Shape source = producer?.InputShape ?? depthwise.InputShape;
        return new FusedDepthwiseKernel
        {
            Producer = producer is null ? ProducerKind.None : region.ProducedByStem ? ProducerKind.Stem : ProducerKind.Pointwise,
            Source = producer is null ? source with { Channels = channels } : source,
            Expanded = depthwise.InputShape with { Channels = channels },
            Output = depthwise.Output with { Channels = channels },
            ProducerGeometry = producer?.Geometry ?? ConvolutionGeometry.Pointwise,
            Depthwise = depthwise.Geometry,
            ProducerActivation = producer?.Activation ?? Model.ActivationKind.None,
            DepthwiseActivation = depthwise.Activation,
            GroupBlocks = group,
            Bands = bands,
            Squeeze = squeeze,
            Pooled = squeeze is not null,
            Streams = FusedDepthwiseKernel.ExceedsCaches(depthwise.Output),
        };
    }
}

/// <summary>One call of a kernel in a step.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Groups">The groups it makes, which may be fewer than the kernel's.</param>
internal sealed record FusedCall(FusedDepthwiseKernel Kernel, int Groups);

/// <summary>Chooses among the ways to cut a depthwise region.</summary>
/// <param name="candidates">The ways.</param>
/// <param name="projection">What reads the map; null where it has to stay whole.</param>
internal delegate FusedKernels FusedChoice(IEnumerable<FusedKernels> candidates, ProjectionRegion? projection);
