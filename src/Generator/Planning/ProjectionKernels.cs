using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Passes;

namespace EfficientNet.Compiler.Planning;

/// <summary>The kernels of a projection and how its weights are packed for them: for the whole map, or for either half of it.</summary>
internal sealed class ProjectionKernels
{
    /// <summary>Larger maps are not in the second-level cache any more when they are gated; a value of theirs then takes the time of three weights.</summary>
    private const int FarMapBytes = 512 * 1024, WeightsPerFarValue = 3;

    private readonly MapHalves? _halves;
    private readonly Shape _output;

    private ProjectionKernels(ProjectionRegion region, FusedKernels depthwise)
    {
        ConvolutionOp projection = region.Projection;
        _halves = depthwise.Halves;
        _output = projection.Output;
        Reduction = MapLayout.PaddedReduction(projection.InputsPerGroup);
        FirstChannels = SumsHalves ? _halves!.First * MapLayout.Lanes : Reduction;
        PanelBlocks = TileSelector.PanelBlocks(OutputBlocks, Positions(0), Reduction);
        GatesWeights = GatesWeightsOf(region);
        Parts = Enumerable.Range(0, _halves is null ? 1 : 2).Select(half => new PointwiseMapKernel(
            FirstChannels, Positions(half), _output.Channels, PanelBlocks, region.Residual is not null && !SumsHalves, SumsHalves ? ActivationKind.None : projection.Activation)
        {
            InputPlane = depthwise.Kernel.OutputPlane,
            OutputPlane = MapLayout.Plane(_output),
            LeastReduction = SumsHalves ? Reduction - FirstChannels : Reduction,
            Gated = GatesWeights,
            HasUsualPanels = PanelBlocks == TileSelector.PanelBlocks(OutputBlocks, Positions(half), FirstChannels),
        }).ToArray();
    }

    /// <summary>The kernel of the map, or those of its halves.</summary>
    public IReadOnlyList<PointwiseMapKernel> Parts { get; }

    /// <summary>Whether the parts are of one sum.</summary>
    public bool SumsHalves => _halves is { OfRows: false };

    /// <summary>Whether squeeze-excite's gates are applied to the weights, panel by panel; otherwise to the map.</summary>
    public bool GatesWeights { get; }

    public int PanelBlocks { get; }

    /// <summary>Input channels, padding included.</summary>
    public int Reduction { get; }

    /// <summary>Input channels of the first matrix of weights, which is the only one where the parts are not of one sum.</summary>
    public int FirstChannels { get; }

    /// <summary>Floats from one packed panel to the next.</summary>
    public int PanelStride => Parts[0].PanelStride;

    /// <summary>Floats of a packed matrix of <see cref="FirstChannels"/>.</summary>
    public long MatrixFloats => PanelLayout.FloatsOf(OutputBlocks, FirstChannels, PanelBlocks);

    /// <summary>Floats from the packed weights of one part to those of the other.</summary>
    public long HalfStride => SumsHalves ? MatrixFloats : 0;

    private int OutputBlocks => MapLayout.Blocks(_output.Channels);

    public static ProjectionKernels For(ProjectionRegion region, FusedKernels depthwise) => new(region, depthwise);

    /// <summary>Whether there are gates, and it is the weights that are gated, which takes less time.</summary>
    private static bool GatesWeightsOf(ProjectionRegion region)
    {
        if (region.SqueezeExcite is null) return false;
        Shape output = region.Projection.Output;
        // For each input channel a value of the map for every position, or a weight for every output. Weights are copied within the caches, a map that is not near goes there and back.
        long mapBytes = (long)region.Projection.InputsPerGroup * output.Positions * sizeof(float);
        return (mapBytes > FarMapBytes ? WeightsPerFarValue : 1) * output.Positions > output.Channels;
    }

    /// <summary>Input channels of a part.</summary>
    public int Channels(int part) => part == 0 ? FirstChannels : Parts[part].LeastReduction;

    /// <summary>The first gate of a part.</summary>
    public int GatesAt(int part) => SumsHalves ? part * FirstChannels : 0;

    /// <summary>Floats from the output's first position to a part's.</summary>
    public long OutputAt(int part) => part > 0 && !SumsHalves ? (long)Positions(0) * MapLayout.Lanes : 0;

    private int Positions(int half) => _halves?.Positions(half) ?? _output.Positions;
}
