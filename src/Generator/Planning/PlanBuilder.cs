using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Passes;

namespace EfficientNet.Compiler.Planning;

/// <summary>What the planner gathers while it walks the regions: steps, slots with their lives, packed weights.</summary>
/// <param name="guarded">Whether guards lie around slots and scratch.</param>
internal sealed class PlanBuilder(bool guarded)
{
    private readonly List<Slot> _slots = [];
    private readonly Dictionary<int, int> _slotOfTensor = [];
    private readonly List<long> _packedUpTo = [];
    private long _scratch;

    public List<Step> Steps { get; } = [];

    public List<PackedConvolution> Weights { get; } = [];

    public List<TracedMap> Traced { get; } = [];

    /// <summary>Floats packed so far: weights lie in the order in which they are used.</summary>
    public long PackedFloats { get; private set; }

    public long TraceFloats { get; private set; }

    /// <summary>The number that the next step will have.</summary>
    public int NextStep => Steps.Count;

    public void Add(Step step, long scratch = 0)
    {
        Steps.Add(step);
        _packedUpTo.Add(PackedFloats);
        _scratch = Math.Max(_scratch, scratch);
    }

    /// <summary>A slot that is written by the next step.</summary>
    public int NewSlot(string name, long floats, Home home = Home.Everybody)
    {
        _slots.Add(new Slot(name, (floats + MapLayout.Lanes - 1) / MapLayout.Lanes * MapLayout.Lanes, NextStep, NextStep, -1) { Home = home });
        return _slots.Count - 1;
    }

    /// <summary>Two slots that are written by the next step, each half in a home of its own.</summary>
    public MapSlots NewHalves(string name, long first, long second) =>
        new(NewSlot(name + ", first half", first, Home.FirstHalf), NewSlot(name + ", second half", second, Home.SecondHalf));

    /// <summary>The same for two sums that everybody reads.</summary>
    public MapSlots NewSums(string name, long floats) =>
        new(NewSlot(name + ", first half", floats, Home.FromFirstHalf), NewSlot(name + ", second half", floats, Home.FromSecondHalf));

    public int NewSlot(Op op)
    {
        int slot = NewSlot(op.Name, MapLayout.Floats(op.Output));
        _slotOfTensor[op.Id] = slot;
        return slot;
    }

    /// <summary>The slot of a tensor of which each half of the workers has a copy at home.</summary>
    public int NewCopies(Op op)
    {
        int second = NewSlot(op.Name + ", second copy", MapLayout.Floats(op.Output), Home.SecondHalf);
        int first = NewSlot(op.Name, MapLayout.Floats(op.Output), Home.FirstHalf);
        _slots[first] = _slots[first] with { Copy = second };
        _slotOfTensor[op.Id] = first;
        return first;
    }

    /// <summary>The slot of a tensor, or −1 for the image, which lies outside the arena.</summary>
    public int SlotOf(Op op) => op is InputOp ? -1 : _slotOfTensor[op.Id];

    /// <summary>Keeps slots alive until the next step has run.</summary>
    public void Use(params IEnumerable<int> slots)
    {
        foreach (int slot in slots.Where(slot => slot >= 0))
        {
            _slots[slot] = _slots[slot] with { LastStep = NextStep };
            if (_slots[slot].Copy is var copy and >= 0) _slots[copy] = _slots[copy] with { LastStep = NextStep };
        }
    }

    public long Pack(long floats)
    {
        long at = PackedFloats;
        PackedFloats += floats;
        return at;
    }

    /// <summary>Names a map that a traced run hands out; −1 where no slot holds it and its kernel hands it out.</summary>
    public void Trace(string name, Shape shape, int slot, int step)
    {
        Traced.Add(new TracedMap(name, shape, step, slot, TraceFloats));
        TraceFloats += MapLayout.Floats(shape);
    }

    public ExecutionPlan Finish()
    {
        (List<Slot> placed, long arena) = ArenaLayout.Place(_slots, guarded);
        return new ExecutionPlan(Steps.ToEquatableArray(), placed.ToEquatableArray(), Traced.ToEquatableArray(), Weights.ToEquatableArray(),
            PackedFloats, arena, _scratch + (guarded ? ArenaLayout.GuardFloats : 0), TraceFloats)
        {
            // What checks itself looks at the arena of one image.
            StepwiseFrom = guarded ? Steps.Count - 1 : BatchOrder.StepwiseFrom(Steps, _packedUpTo, _slots, arena),
        }.Verify();
    }

    /// <summary>A dense, pointwise or matrix convolution packed as panels, bias first.</summary>
    public static PackedConvolution Panels(ConvolutionOp c, long at, int panelBlocks, long panelStride) => new()
    {
        Layer = c.Name,
        Names = c.Parameters,
        BatchNorm = c.BatchNorm,
        Outputs = c.Output.Channels,
        Inputs = c.InputsPerGroup,
        KernelSize = c.Geometry.Kernel,
        HasBias = c.HasBias,
        Form = WeightForm.Panels,
        BiasAt = at,
        BiasStride = panelStride,
        At = at + PanelLayout.BiasesOf(panelBlocks),
        PanelBlocks = panelBlocks,
        PanelStride = panelStride,
    };

    /// <summary>
    /// A dense k×k convolution packed as panels, taps or points outermost: a kernel reads the channels of one side by side. Of the points' matrices, each behind room
    /// for biases, one has them.
    /// </summary>
    public static PackedConvolution Dense(ConvolutionOp c, long at, FusedMBConvKernel kernel)
    {
        PackedConvolution panels = Panels(c, at, kernel.PanelBlocks, kernel.PanelStride) with { ReductionStride = kernel.PanelBlocks * MapLayout.Lanes };
        return kernel.Inputs switch
        {
            TapsKernel taps => panels with { ReductionGroup = taps.Count, ReductionStep = taps.Channels },
            WinogradInputKernel tiles => panels with
            {
                Form = WeightForm.Winograd,
                BiasAt = at + Winograd.BiasPoint * kernel.MatrixStride,
                ReductionGroup = Winograd.Points,
                ReductionStep = tiles.Reduction + 1,
            },
            _ => throw new InvalidOperationException($"no weights for {kernel.Inputs.GetType().Name}"),
        };
    }

    /// <summary>Taps, then bias, of every block of a group.</summary>
    public static PackedConvolution Depthwise(ConvolutionOp c, long at, int groupBlocks, long groupStride) => new()
    {
        Layer = c.Name,
        Names = c.Parameters,
        BatchNorm = c.BatchNorm,
        Outputs = c.Output.Channels,
        Inputs = 1,
        KernelSize = c.Geometry.Kernel,
        HasBias = c.HasBias,
        Form = WeightForm.Depthwise,
        At = at,
        GroupBlocks = groupBlocks,
        GroupStride = groupStride,
    };

    /// <summary>The classifier's matrix, packed as panels, bias first.</summary>
    public static PackedConvolution Classifier(LinearOp linear, FullyConnectedKernel kernel, long at) => new()
    {
        Layer = linear.Name,
        Names = linear.Parameters,
        BatchNorm = null,
        Outputs = linear.Output.Channels,
        Inputs = linear.InputChannels,
        KernelSize = 0,
        HasBias = true,
        Form = WeightForm.Panels,
        BiasAt = at,
        BiasStride = kernel.PanelStride,
        At = at + PanelLayout.BiasesOf(kernel.PanelBlocks),
        PanelBlocks = kernel.PanelBlocks,
        PanelStride = kernel.PanelStride,
    };
}
