using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Passes;

namespace EfficientNet.Compiler.Planning;

/// <summary>Turns regions into steps: chooses kernels, cuts work into groups and bands, lays out weights and arena.</summary>
internal sealed class Planner
{
    private readonly PlanBuilder _plan;
    private readonly Network _network;

    /// <summary>Steps that wait for the next region's weights: a gate may be applied to the projection that follows it.</summary>
    private SqueezeState? _squeeze;

    private Planner(Network network, bool guarded) => (_network, _plan) = (network, new PlanBuilder(guarded));

    private sealed record SqueezeState(SqueezeExcite Ops, FusedDepthwiseKernel Fused, long ReduceWeightsAt, int Map, int Pooled, int Partial);

    /// <summary>Plans a forward pass.</summary>
    /// <param name="regions">What the network computes together.</param>
    /// <param name="guarded">Whether memory that belongs to nobody lies around slots and scratch, for a network that checks itself.</param>
    public static ExecutionPlan Plan(RegionList regions, bool guarded)
    {
        var planner = new Planner(regions.Network, guarded);
        foreach (Region region in regions.Regions) planner.Add(region);
        return planner._plan.Finish();
    }

    private void Add(Region region)
    {
        switch (region)
        {
            case StemRegion stem: AddStem(stem); break;
            case DepthwiseRegion depthwise: AddDepthwise(depthwise); break;
            case ProjectionRegion projection: AddProjection(projection); break;
            case HeadRegion head: AddHead(head); break;
            case ClassifierRegion classifier: AddClassifier(classifier); break;
            default: throw new InvalidOperationException($"no plan for {region.GetType().Name}");
        }
    }

    private void AddStem(StemRegion region)
    {
        ConvolutionOp stem = region.Stem;
        int blocks = MapLayout.Blocks(stem.Output.Channels);
        int panel = TileSelector.GroupBlocks(blocks, stem.Output.Width, stem.InputsPerGroup * 9);
        var kernel = new StemMapKernel(stem.InputShape, stem.Output, stem.Geometry, panel, stem.Activation);
        long at = _plan.Pack((long)blocks / panel * kernel.PanelStride);
        _plan.Weights.Add(PlanBuilder.Panels(stem, at, panel, kernel.PanelStride));
        int output = _plan.NewSlot(stem);
        TraceIfMarked(stem, output);
        _plan.Add(new StemStep(region.Name, kernel, at, output), kernel.ScratchFloats);
    }

    private void AddDepthwise(DepthwiseRegion region)
    {
        ConvolutionOp depthwise = region.Depthwise;
        ConvolutionOp? producer = region.Producer;
        FusedDepthwiseKernel kernel = FusedKernels.For(region);
        long at = _plan.Pack((long)kernel.Groups * kernel.GroupStride);
        if (producer is not null) _plan.Weights.Add(PlanBuilder.Panels(producer, at, kernel.GroupBlocks, kernel.GroupStride));
        _plan.Weights.Add(PlanBuilder.Depthwise(depthwise, at + kernel.ProducerFloats, kernel.GroupBlocks, kernel.GroupStride));

        Op source = _network[(producer ?? depthwise).Input];
        int input = _plan.SlotOf(source);
        _plan.Use(input);
        int output = _plan.NewSlot(depthwise);
        int channels = MapLayout.Blocks(depthwise.Output.Channels) * MapLayout.Lanes;
        int pooled = kernel.Pooled ? _plan.NewSlot(depthwise.Name + " sums", (long)kernel.Bands * channels) : -1;
        int partial = kernel.ReducesSqueeze
            ? _plan.NewSlot(region.Name + " squeeze, by group", (long)kernel.Groups * kernel.Squeeze!.SqueezeBlocks * MapLayout.Lanes)
            : -1;
        bool traces = producer is not null && TraceIfMarked(producer, -1);
        _plan.Add(new DepthwiseStep(region.Name, kernel, at, input, output, pooled, partial, traces), kernel.ScratchFloats);
        if (region.SqueezeExcite is { } squeeze)
        {
            _squeeze = new SqueezeState(squeeze, kernel, at + kernel.ProducerFloats + kernel.DepthwiseFloats, output, pooled, partial);
        }
    }

    private void AddProjection(ProjectionRegion region)
    {
        ConvolutionOp projection = region.Projection;
        int reduction = MapLayout.PaddedReduction(projection.InputsPerGroup);
        int positions = projection.Output.Positions;
        int blocks = MapLayout.Blocks(projection.Output.Channels);
        int panel = TileSelector.PanelBlocks(blocks, positions, reduction);
        int packedStride = (reduction + 1) * panel * MapLayout.Lanes;
        bool gatesWeights = region.SqueezeExcite is not null && positions > projection.Output.Channels;
        int stride = gatesWeights ? reduction * panel * MapLayout.Lanes : packedStride;
        var kernel = new PointwiseMapKernel(reduction, positions, blocks, panel, stride, packedStride, region.Residual is not null, projection.Activation);

        int gated = -1;
        if (_squeeze is { } squeeze) gated = AddGate(region.Name, squeeze, gatesWeights ? kernel : null, packedStride, panel);
        _squeeze = null;

        long at = _plan.Pack(PanelLayout.FloatsOf(blocks, reduction, panel));
        _plan.Weights.Add(PlanBuilder.Panels(projection, at, panel, packedStride));
        int input = _plan.SlotOf(region.Source);
        int residual = region.Residual is { } add ? _plan.SlotOf(_network[add.Shortcut]) : -1;
        _plan.Use(input, residual, gated);
        int output = _plan.NewSlot(region.Output);
        TraceIfMarked(region.Output, output);
        _plan.Add(new ProjectionStep(region.Name, kernel, at, at + panel * MapLayout.Lanes, input, gated, residual, output));
    }

    /// <summary>Adds the gate step and returns the slot of the gated weights, or −1 where the map itself is gated.</summary>
    private int AddGate(string name, SqueezeState squeeze, PointwiseMapKernel? gatedProjection, int projectionPanelStride, int projectionPanelBlocks)
    {
        FusedDepthwiseKernel fused = squeeze.Fused;
        int count = squeeze.Ops.Reduction.Output.Channels;
        int blocks = MapLayout.Blocks(fused.Output.Channels);
        var kernel = new GateKernel
        {
            Blocks = blocks,
            GroupBlocks = fused.GroupBlocks,
            Squeeze = count,
            Activation = squeeze.Ops.Reduction.Activation,
            Reduce = fused.ReducesSqueeze ? null : fused.Squeeze,
            GroupStride = fused.ReducesSqueeze ? 0 : fused.GroupStride,
            Positions = fused.Output.Positions,
            GatedProjection = gatedProjection is null ? null : gatedProjection with { Residual = false },
            ProjectionPanelStride = gatedProjection is null ? 0 : projectionPanelStride,
        };

        int panelStride = (count + 1) * MapLayout.Lanes;
        long reduceBias = _plan.Pack(kernel.SqueezeBlocks * MapLayout.Lanes);
        long at = _plan.Pack((long)blocks * panelStride);
        _plan.Weights.Add(PlanBuilder.Panels(squeeze.Ops.Reduction, reduceBias, kernel.SqueezeBlocks, 0) with
        {
            At = squeeze.ReduceWeightsAt,
            ReductionGroup = fused.GroupBlocks * MapLayout.Lanes,
            ReductionStride = fused.GroupStride,
        });
        _plan.Weights.Add(PlanBuilder.Panels(squeeze.Ops.Expansion, at, 1, panelStride));

        _plan.Use(squeeze.Map, squeeze.Pooled, squeeze.Partial);
        int gated = gatedProjection is { } p ? _plan.NewSlot(name + " gated projection weights", (long)p.Reduction * p.OutputBlocks * MapLayout.Lanes) : -1;
        long projectionWeightsAt = _plan.PackedFloats + projectionPanelBlocks * MapLayout.Lanes;
        _plan.Add(new GateStep(name, kernel, squeeze.ReduceWeightsAt, reduceBias, projectionWeightsAt, squeeze.Map, squeeze.Pooled, squeeze.Partial, gated), kernel.ScratchFloats);
        return gated;
    }

    private void AddHead(HeadRegion region)
    {
        Shape source = region.Source.Output;
        int channels = region.Pool.Output.Channels;
        int blocks = MapLayout.Blocks(channels);
        int reduction = MapLayout.PaddedReduction(source.Channels);
        int panel = TileSelector.GroupBlocks(blocks, source.Positions, reduction);
        var kernel = new HeadKernel(source, channels, panel, region.Head is not null, region.Head?.Activation ?? ActivationKind.None);
        long at = _plan.Pack((long)kernel.Panels * kernel.PanelStride);
        if (region.Head is { } head)
        {
            _plan.Weights.Add(PlanBuilder.Panels(head, at, panel, kernel.PanelStride));
            TraceIfMarked(head, -1);
        }

        int input = _plan.SlotOf(region.Source);
        _plan.Use(input);
        int output = _plan.NewSlot(region.Pool);
        TraceIfMarked(region.Pool, output);
        _plan.Add(new HeadStep(region.Name, kernel, at, input, output), kernel.ScratchFloats);
    }

    private void AddClassifier(ClassifierRegion region)
    {
        LinearOp linear = region.Classifier;
        DenseKernel kernel = DenseKernel.Of(linear.InputChannels, linear.Output.Channels);
        long at = _plan.Pack((long)kernel.Panels * kernel.PanelStride);
        _plan.Weights.Add(PlanBuilder.Classifier(linear, kernel, at));
        int input = _plan.SlotOf(_network[linear.Input]);
        _plan.Use(input);
        int output = _plan.NewSlot(linear);
        _plan.Add(new ClassifierStep(region.Name, kernel, at, input, output));
    }

    private bool TraceIfMarked(Op op, int slot)
    {
        BlockMark? mark = _network.Blocks.FirstOrDefault(m => m.Tensor == op.Id);
        if (mark is null) return false;
        _plan.Trace(mark.Name, op.Output, slot, _plan.NextStep);
        return true;
    }
}
