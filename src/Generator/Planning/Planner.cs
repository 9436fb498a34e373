using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Passes;

namespace EfficientNet.Compiler.Planning;

/// <summary>Turns regions into steps: chooses kernels, cuts work into groups and bands, lays out weights and arena.</summary>
internal sealed class Planner
{
    private readonly PlanBuilder _plan;
    private readonly Network _network;

    /// <summary>The last depthwise map, which the projection that follows reads.</summary>
    private DepthwiseStep? _depthwise;

    /// <summary>Steps that wait for the next region's weights: a gate may be applied to the projection that follows it.</summary>
    private SqueezeState? _squeeze;

    /// <summary>What reads a depthwise map, where that is a projection: other maps stay whole.</summary>
    private readonly Dictionary<int, ProjectionRegion> _projections;

    private readonly FusedChoice _choice;

    private Planner(RegionList regions, bool guarded, FusedChoice choice)
    {
        _choice = choice;
        (_network, _plan) = (regions.Network, new PlanBuilder(guarded));
        _projections = regions.Regions.OfType<ProjectionRegion>().ToDictionary(region => region.Source.Id);
    }

    private sealed record SqueezeState(SqueezeExcite Ops, DepthwiseStep Depthwise, long ReduceWeightsAt);

    /// <summary>Plans a forward pass.</summary>
    /// <param name="regions">What the network computes together.</param>
    /// <param name="guarded">Whether memory that belongs to nobody lies around slots and scratch, for a network that checks itself.</param>
    /// <param name="choice">Who chooses how depthwise regions are cut; the cost model where it is null.</param>
    public static ExecutionPlan Plan(RegionList regions, bool guarded, FusedChoice? choice = null)
    {
        var planner = new Planner(regions, guarded, choice ?? FusedKernels.Cheapest);
        foreach (Region region in regions.Regions) planner.Add(region);
        return planner._plan.Finish();
    }

    private void Add(Region region)
    {
        switch (region)
        {
            case StemRegion stem: AddStem(stem); break;
            case DepthwiseRegion depthwise: AddDepthwise(depthwise); break;
            case FusedMBConvRegion fused: AddFusedMBConv(fused); break;
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
        int panel = TileSelector.GroupBlocks(blocks, stem.Output.Width, stem.InputsPerGroup * stem.Geometry.Kernel * stem.Geometry.Kernel);
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
        FusedKernels kernels = FusedKernels.For(region, _projections.TryGetValue(depthwise.Id, out ProjectionRegion projection) ? projection : null, _choice);
        FusedDepthwiseKernel kernel = kernels.Kernel;
        long at = _plan.Pack((long)kernels.Groups * kernel.GroupStride);
        if (producer is not null) _plan.Weights.Add(PlanBuilder.Panels(producer, at, kernel.GroupBlocks, kernel.GroupStride) with { FirstBlocks = kernels.FirstBlocks });
        _plan.Weights.Add(PlanBuilder.Depthwise(depthwise, at + kernel.ProducerFloats, kernel.GroupBlocks, kernel.GroupStride) with { FirstBlocks = kernels.FirstBlocks });

        Op source = _network[(producer ?? depthwise).Input];
        int input = _plan.SlotOf(source);
        _plan.Use(input);
        MapSlots output = kernels.Halves is { } halves
            ? _plan.NewHalves(depthwise.Name, halves.Floats(0), halves.Floats(1))
            : new MapSlots(_plan.NewSlot(depthwise), -1);
        int channels = MapLayout.Blocks(depthwise.Output.Channels) * MapLayout.Lanes;
        int pooled = kernel.Pooled ? _plan.NewSlot(depthwise.Name + " sums", (long)kernel.Bands * channels) : -1;
        int partial = kernel.ReducesSqueeze
            ? _plan.NewSlot(region.Name + " squeeze, by group", (long)kernels.Groups * kernel.Squeeze!.SqueezeBlocks * MapLayout.Lanes)
            : -1;
        bool traces = producer is not null && TraceIfMarked(producer, -1);
        _depthwise = new DepthwiseStep(region.Name, kernels, at, input, output, pooled, partial, traces);
        _plan.Add(_depthwise, kernel.ScratchFloats);
        if (region.SqueezeExcite is { } squeeze)
        {
            _squeeze = new SqueezeState(squeeze, _depthwise, at + kernel.ProducerFloats + kernel.DepthwiseFloats);
        }
    }

    private void AddFusedMBConv(FusedMBConvRegion region)
    {
        FusedMBConvKernel kernel = FusedMBConvKernel.For(region);
        long at = _plan.Pack(kernel.WeightFloats);
        _plan.Weights.Add(PlanBuilder.Dense(region.Dense, at, kernel));
        if (region.Projection is { } projection)
        {
            _plan.Weights.Add(PlanBuilder.Panels(projection, at + kernel.DenseFloats, kernel.ProjectionBlocks, kernel.ProjectionStride));
        }

        int input = _plan.SlotOf(_network[region.Dense.Input]);
        int residual = region.Residual is { } add ? _plan.SlotOf(_network[add.Shortcut]) : -1;
        _plan.Use(input, residual);
        int output = _plan.NewSlot(region.Output);
        TraceIfMarked(region.Output, output);
        _plan.Add(new FusedMBConvStep(region.Name, kernel, at, input, residual, output), kernel.ScratchFloats);
    }

    private void AddProjection(ProjectionRegion region)
    {
        DepthwiseStep depthwise = _depthwise ?? throw new InvalidOperationException($"{region.Name} projects nothing");
        ProjectionKernels kernels = ProjectionKernels.For(region, depthwise.Fused);
        int gates = _squeeze is { } squeeze ? AddGate(region.Name, squeeze, kernels.GatesWeights) : -1;
        _squeeze = null;

        long at = PackProjection(region.Projection, kernels);
        int residual = region.Residual is { } add ? _plan.SlotOf(_network[add.Shortcut]) : -1;
        _plan.Use([.. depthwise.Output.All, gates, residual]);
        MapSlots output;
        if (kernels.SumsHalves)
        {
            output = _plan.NewSums(region.Projection.Name, MapLayout.Floats(region.Projection.Output));
        }
        else
        {
            output = new MapSlots(_plan.NewSlot(region.Output), -1);
            TraceIfMarked(region.Output, output.First);
        }

        IEnumerable<ProjectionPart> parts = kernels.Parts.Select((kernel, part) => new ProjectionPart(
            kernel, kernels.Channels(part), depthwise.Output.Of(part), gates, kernels.GatesAt(part), output.Of(part), part * kernels.HalfStride, kernels.OutputAt(part)));
        _plan.Add(new ProjectionStep(region.Name, parts.ToEquatableArray(), at, kernels.SumsHalves ? -1 : residual), kernels.Parts.Max(part => part.ScratchFloats));
        if (kernels.SumsHalves) AddSum(region, output, residual);
    }

    /// <summary>Packs a projection's weights: one matrix, or one for each half of the input channels, the second of which has biases of zero.</summary>
    private long PackProjection(ConvolutionOp projection, ProjectionKernels kernels)
    {
        long at = _plan.Pack(kernels.MatrixFloats);
        PackedConvolution packed = PlanBuilder.Panels(projection, at, kernels.PanelBlocks, kernels.PanelStride);
        if (kernels.SumsHalves)
        {
            _plan.Pack(kernels.MatrixFloats);
            packed = packed with { ReductionGroup = kernels.FirstChannels, ReductionStride = kernels.HalfStride };
        }

        _plan.Weights.Add(packed);
        return at;
    }

    /// <summary>Adds what the two halves of the input channels give.</summary>
    private void AddSum(ProjectionRegion region, MapSlots parts, int residual)
    {
        Shape map = region.Output.Output;
        _plan.Use([.. parts.All, residual]);
        int output = _plan.NewCopies(region.Output);
        TraceIfMarked(region.Output, output);
        var kernel = new AddHalvesKernel(residual >= 0, region.Projection.Activation);
        _plan.Add(new AddHalvesStep(region.Name, kernel, MapLayout.Blocks(map.Channels) * map.Positions, _plan.PackedFloats, parts, residual, output));
    }

    /// <summary>Adds the gate step and returns the slot of the gates; none where they are applied to the map at once.</summary>
    private int AddGate(string name, SqueezeState squeeze, bool keepsGates)
    {
        DepthwiseStep depthwise = squeeze.Depthwise;
        FusedDepthwiseKernel fused = depthwise.Fused.Kernel;
        int count = squeeze.Ops.Reduction.Output.Channels;
        int blocks = MapLayout.Blocks(squeeze.Ops.Expansion.Output.Channels);
        var kernel = new GateKernel
        {
            Blocks = blocks,
            GroupBlocks = fused.ReducesSqueeze ? 0 : fused.GroupBlocks,
            Groups = depthwise.Fused.Groups,
            Squeeze = count,
            Activation = squeeze.Ops.Reduction.Activation,
            Reduce = fused.ReducesSqueeze ? null : fused.Squeeze,
            GroupStride = fused.ReducesSqueeze ? 0 : fused.GroupStride,
            Positions = fused.Output.Positions,
            KeepsGates = keepsGates,
            Halves = keepsGates ? null : depthwise.Fused.Halves,
        };

        int panelStride = PanelLayout.StrideOf(count, panelBlocks: 1);
        long reduceBias = _plan.Pack(kernel.SqueezeBlocks * MapLayout.Lanes);
        long at = _plan.Pack((long)blocks * panelStride);
        _plan.Weights.Add(PlanBuilder.Panels(squeeze.Ops.Reduction, reduceBias, kernel.SqueezeBlocks, 0) with
        {
            At = squeeze.ReduceWeightsAt,
            ReductionGroup = fused.GroupBlocks * MapLayout.Lanes,
            ReductionStride = fused.GroupStride,
            ReductionFirst = depthwise.Fused.FirstBlocks * MapLayout.Lanes,
        });
        _plan.Weights.Add(PlanBuilder.Panels(squeeze.Ops.Expansion, at, 1, panelStride));

        _plan.Use([.. depthwise.Output.All, depthwise.Pooled, depthwise.Partial]);
        int gates = keepsGates ? _plan.NewSlot(name + " gates", (long)blocks * MapLayout.Lanes) : -1;
        _plan.Add(new GateStep(name, kernel, squeeze.ReduceWeightsAt, reduceBias, depthwise.Output, depthwise.Pooled, depthwise.Partial, gates), kernel.ScratchFloats);
        return gates;
    }

    private void AddHead(HeadRegion region)
    {
        Shape source = region.Source.Output;
        int channels = region.Pool.Output.Channels;
        int blocks = MapLayout.Blocks(channels);
        int reduction = MapLayout.PaddedReduction(source.Channels);
        int panel = TileSelector.GroupBlocks(blocks, source.Positions, reduction);
        var kernel = new HeadKernel(source, channels, panel, region.Head is not null, region.Head?.Activation ?? ActivationKind.None)
        {
            ClassifierFloats = FullyConnectedKernel.Of(channels, _network.Ops.Last().Output.Channels).WeightFloats,
        };
        long at = _plan.Pack(kernel.WeightFloats);
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
        FullyConnectedKernel kernel = FullyConnectedKernel.Of(linear.InputChannels, linear.Output.Channels);
        long at = _plan.Pack(kernel.WeightFloats);
        _plan.Weights.Add(PlanBuilder.Classifier(linear, kernel, at));
        var classifier = new ClassifierKernel(kernel);
        _plan.Add(new ClassifierStep(region.Name, classifier, at), classifier.ScratchFloats);
    }

    private bool TraceIfMarked(Op op, int slot)
    {
        BlockMark? mark = _network.Blocks.FirstOrDefault(m => m.Tensor == op.Id);
        if (mark is null) return false;
        _plan.Trace(mark.Name, op.Output, slot, _plan.NextStep);
        return true;
    }
}
