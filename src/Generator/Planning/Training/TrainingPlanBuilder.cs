using EfficientNet.Compiler.Infrastructure;

namespace EfficientNet.Compiler.Planning.Training;

/// <summary>What the training planner gathers: calls by section, and slots that live from the first call that names them to the last.</summary>
/// <param name="guarded">Whether guards lie around slots and scratch.</param>
internal sealed class TrainingPlanBuilder(bool guarded)
{
    private readonly Slots _maps = new();
    private readonly Slots _vectors = new();
    private readonly Slots _records = new();
    private readonly List<MaskPlace> _masks = [];
    private readonly List<TrainingSection> _sections = [];
    private List<KernelCall> _calls = [];
    private int _steps;
    private long _scratch;
    private long _maskFloats;

    /// <summary>Something kept of every image that kernels take image by image.</summary>
    public Operand Map(string name, long floats) => new(Buffer.Maps, -1, Whole(floats), _maps.Add(name, Whole(floats)));

    /// <summary>A vector of every image, or a few of them, that a kernel takes of all images.</summary>
    public Operand Vector(string name, int blocks, int vectors = 1)
    {
        long floats = (long)vectors * blocks * MapLayout.Lanes;
        return new Operand(Buffer.Vectors, -1, floats, _vectors.Add(name, floats));
    }

    /// <summary>Something kept once for all images.</summary>
    public Operand Record(string name, long floats) => new(Buffer.Records, -1, 0, _records.Add(name, Whole(floats)));

    /// <summary>A mask that the caller fills for every image.</summary>
    public Operand Mask(string name, double rate, int elements)
    {
        long floats = Whole(elements);
        _masks.Add(new MaskPlace(name, rate, elements, _maskFloats, floats));
        _maskFloats += floats;
        return new Operand(Buffer.Masks, _maskFloats - floats, floats);
    }

    /// <summary>Adds a call; its operands' slots are alive while it runs.</summary>
    public void Call(string name, Kernel kernel, Sharing sharing, int? pieces, params Operand[] operands) =>
        Call(When.Always, name, kernel, sharing, pieces, operands);

    /// <summary>Adds a call that does not always run.</summary>
    public void Call(When when, string name, Kernel kernel, Sharing sharing, int? pieces, params Operand[] operands)
    {
        if (sharing is Sharing.Pieces or Sharing.Images && operands.Any(operand => operand.Buffer == Buffer.Maps) && !operands.Contains(Operand.ImageStride))
        {
            throw new InvalidOperationException($"{name}: {kernel.Name} takes all images, and does not know how far their maps lie apart");
        }

        foreach (Operand operand in operands)
        {
            if (operand.Buffer == Buffer.Maps) _maps.Use(operand.Slot, _steps);
            if (operand.Buffer == Buffer.Vectors) _vectors.Use(operand.Slot, _steps);
            if (operand.Buffer == Buffer.Records) _records.Use(operand.Slot, _steps);
        }

        _calls.Add(new KernelCall(name, kernel, operands.ToEquatableArray(), sharing, pieces, when));
        _steps++;
    }

    /// <summary>Joins the last call with the one that comes next: the slots of both are alive while either runs.</summary>
    public void Join()
    {
        _calls[^1] = _calls[^1] with { Joined = true };
        _steps--;
    }

    /// <summary>A matrix transposed, and the call that makes it.</summary>
    public Operand Transposed(string name, PanelLayout from, int panelBlocks, Operand weights)
    {
        PanelLayout to = from.Transposed(panelBlocks);
        Operand transposed = Record(name + " transposed", (long)to.Panels * to.Stride);
        Call(name + ": weights transposed", new TransposeKernel(), Sharing.Pieces, TransposeKernel.Pieces(to), [weights, transposed, .. Operand.Numbers(TransposeKernel.Geometry(from, to))]);
        return transposed;
    }

    /// <summary>Makes every worker's scratch memory long enough for a kernel, and names it as an operand.</summary>
    public Operand Scratch(long floats)
    {
        _scratch = Math.Max(_scratch, floats);
        return Operand.Scratch;
    }

    /// <summary>Ends a section: the calls since the last one's end.</summary>
    public void EndSection(string name, int part, bool backward)
    {
        if (_calls[^1].Joined) throw new InvalidOperationException($"the last call of {name} is joined with none");
        _sections.Add(new TrainingSection(name, part, backward, _calls.ToEquatableArray()));
        _calls = [];
    }

    public TrainingPlan Finish(ParameterLayout parameters)
    {
        (List<Slot> maps, long mapFloats) = _maps.Place(guarded);
        (List<Slot> vectors, long vectorFloats) = _vectors.Place(guarded);
        (List<Slot> records, long recordFloats) = _records.Place(guarded);
        Operand Placed(Operand operand) => operand.Buffer switch
        {
            Buffer.Maps => operand with { At = maps[operand.Slot].At },
            Buffer.Vectors => operand with { At = vectors[operand.Slot].At },
            Buffer.Records => operand with { At = records[operand.Slot].At },
            _ => operand,
        };
        return new TrainingPlan(
            _sections.Select(section => section with
            {
                Calls = section.Calls.Select(call => call with { Operands = call.Operands.Select(Placed).ToEquatableArray() }).ToEquatableArray(),
            }).ToEquatableArray(),
            maps.ToEquatableArray(),
            vectors.ToEquatableArray(),
            records.ToEquatableArray(),
            parameters.Parts.ToEquatableArray(),
            parameters.Convolutions.ToEquatableArray(),
            parameters.Norms.ToEquatableArray(),
            _masks.ToEquatableArray(),
            new TrainingSizes(parameters.Floats, parameters.StatisticsFloats, mapFloats, vectorFloats, recordFloats, _scratch + (guarded ? ArenaLayout.GuardFloats : 0), _maskFloats));
    }

    private static long Whole(long floats) => (floats + MapLayout.Lanes - 1) / MapLayout.Lanes * MapLayout.Lanes;

    /// <summary>Slots of one buffer.</summary>
    private sealed class Slots
    {
        private readonly List<Slot> _all = [];

        public int Add(string name, long floats)
        {
            _all.Add(new Slot(name, floats, int.MaxValue, -1, -1));
            return _all.Count - 1;
        }

        public void Use(int slot, int step) =>
            _all[slot] = _all[slot] with { FirstStep = Math.Min(_all[slot].FirstStep, step), LastStep = Math.Max(_all[slot].LastStep, step) };

        public (List<Slot> Slots, long Floats) Place(bool apart) => ArenaLayout.Place(_all, apart);
    }
}
