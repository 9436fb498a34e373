using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Infrastructure;

namespace EfficientNet.Compiler.Passes;

/// <summary>Gathers the operations of an inference graph into regions; every operation belongs to exactly one.</summary>
internal sealed class RegionForming
{
    private readonly Network _network;
    private readonly HashSet<int> _taken = [];

    private RegionForming(Network network) => _network = network;

    public static RegionList Apply(Network network)
    {
        var forming = new RegionForming(network);
        var regions = new List<Region>();
        foreach (Op op in network.Ops)
        {
            if (op is InputOp || forming._taken.Contains(op.Id)) continue;
            regions.Add(forming.From(op));
        }

        return new RegionList(network, regions.ToEquatableArray());
    }

    private Region From(Op op) => op switch
    {
        ConvolutionOp { Depthwise: true } depthwise => Depthwise(null, depthwise),
        ConvolutionOp dense when _network.IsFused(dense) => FusedMBConv(dense),
        ConvolutionOp c when !IsProjection(c) && OnlyUser(c) is ConvolutionOp { Depthwise: true } depthwise => Depthwise(c, depthwise),
        ConvolutionOp { Geometry.Kernel: > 1 } stem => Take(new StemRegion("stem", stem), stem),
        ConvolutionOp c when !IsProjection(c) && OnlyUser(c) is GlobalAveragePoolOp pool => Take(new HeadRegion("head", c, _network[c.Input], pool), c, pool),
        ConvolutionOp c => Projection(c),
        GlobalAveragePoolOp pool => Take(new HeadRegion("head", null, _network[pool.Input], pool), pool),
        LinearOp linear => Take(new ClassifierRegion("classifier", linear), linear),
        _ => throw new InvalidOperationException($"no region holds {op.GetType().Name} '{op.Name}'"),
    };

    /// <summary>What reads a gated map is a projection, whoever reads it in turn: the gate may be applied to its weights.</summary>
    private bool IsProjection(ConvolutionOp c) => _network[c.Input] is ScaleOp;

    private Op? OnlyUser(Op op) => _network.UsersOf(op.Id).Take(2).ToList() is [var user] ? user : null;

    private T Take<T>(T region, params Op[] ops)
    {
        foreach (Op op in ops) _taken.Add(op.Id);
        return region;
    }

    private DepthwiseRegion Depthwise(ConvolutionOp? producer, ConvolutionOp depthwise)
    {
        SqueezeExcite? squeeze = SqueezeExciteOf(depthwise);
        if (producer is not null) Take(producer, producer);
        if (squeeze is not null) Take(squeeze, squeeze.Pool, squeeze.Reduction, squeeze.Expansion, squeeze.Scale, _network[squeeze.Scale.Gate]);
        return Take(new DepthwiseRegion(depthwise.Block, producer, depthwise, squeeze), depthwise);
    }

    private FusedMBConvRegion FusedMBConv(ConvolutionOp dense)
    {
        // What reads it may also belong to the next block.
        var projection = OnlyUser(dense) is ConvolutionOp { Depthwise: false } user && user.Block == dense.Block ? user : null;
        var residual = OnlyUser(projection ?? dense) as AddOp;
        if (projection is not null) Take(projection, projection);
        if (residual is not null) Take(residual, residual);
        return Take(new FusedMBConvRegion(dense.Block, dense, projection, residual), dense);
    }

    private SqueezeExcite? SqueezeExciteOf(ConvolutionOp depthwise)
    {
        List<Op> users = _network.UsersOf(depthwise.Id).ToList();
        if (users.OfType<ScaleOp>().SingleOrDefault() is not { } scale || users.OfType<GlobalAveragePoolOp>().SingleOrDefault() is not { } pool) return null;
        var gate = (SigmoidOp)_network[scale.Gate];
        var expansion = (ConvolutionOp)_network[gate.Input];
        return new SqueezeExcite(pool, (ConvolutionOp)_network[expansion.Input], expansion, scale);
    }

    private ProjectionRegion Projection(ConvolutionOp projection)
    {
        AddOp? residual = OnlyUser(projection) as AddOp;
        if (residual is not null) Take(residual, residual);
        SqueezeExcite? squeeze = null;
        Op source = _network[projection.Input];
        if (source is ScaleOp scale)
        {
            source = _network[scale.Input];
            squeeze = SqueezeExciteOf((ConvolutionOp)source);
        }

        return Take(new ProjectionRegion(projection.Block, projection, source, squeeze, residual), projection);
    }
}
