namespace EfficientNet.Runtime;

/// <summary>
/// What a network that was compiled with checks does between its steps: memory in which nothing lives is filled with poison before it is used and once it is
/// not used any more, and behind every step all of it must be poison still, and no slot may hold a number that was computed from poison.
/// </summary>
public sealed unsafe class MemoryCheck
{
    /// <summary>Floats behind a worker's scratch that no kernel may write.</summary>
    private const int GuardFloats = AlignedBuffer.AlignmentFloats;

    private readonly string _network;
    private readonly IReadOnlyList<string> _steps;
    private readonly long _scratchFloats;
    private readonly CheckedBuffer _maps;
    private readonly CheckedBuffer? _vectors;
    private readonly CheckedBuffer? _records;

    /// <summary>Describes what is to be checked. Generated code does this.</summary>
    /// <param name="network">The network's name.</param>
    /// <param name="steps">What messages call the steps, in their order.</param>
    /// <param name="scratchFloats">Length of a worker's scratch, a guard of 16 floats at its end included.</param>
    /// <param name="maps">The arena of a forward pass; of a training step, the maps of an image.</param>
    /// <param name="vectors">Of a training step, the vectors of every image.</param>
    /// <param name="records">Of a training step, what is kept once.</param>
    public MemoryCheck(string network, IReadOnlyList<string> steps, long scratchFloats, CheckedBuffer maps, CheckedBuffer? vectors = null, CheckedBuffer? records = null)
    {
        _network = network;
        _steps = steps;
        _scratchFloats = scratchFloats;
        _maps = maps;
        _vectors = vectors;
        _records = records;
    }

    /// <summary>Before the first step of an image: all memory is poisoned. Every worker calls it.</summary>
    /// <param name="frame">The worker's frame.</param>
    public void Begin(in ForwardFrame frame)
    {
        Begin(new Places(frame.Arena, null, null, frame.Scratch, 1, frame.Worker, frame.Barrier));
    }

    /// <summary>Before the first step of a batch: all memory is poisoned. Every worker calls it.</summary>
    /// <param name="frame">The worker's frame.</param>
    public void Begin(in TrainingFrame frame)
    {
        Begin(new Places(frame.Maps, frame.Vectors, frame.Records, frame.Scratch, frame.Images, frame.Worker, frame.Barrier));
    }

    /// <summary>Behind a step, once all workers have met. Every worker calls it.</summary>
    /// <param name="frame">The worker's frame.</param>
    /// <param name="step">The step's number.</param>
    /// <exception cref="MemoryCheckException">The step used memory that was not its own; the message names step and slot.</exception>
    public void Check(in ForwardFrame frame, int step)
    {
        Check(new Places(frame.Arena, null, null, frame.Scratch, 1, frame.Worker, frame.Barrier), step);
    }

    /// <summary>Behind a step, once all workers have met. Every worker calls it.</summary>
    /// <param name="frame">The worker's frame.</param>
    /// <param name="step">The step's number.</param>
    /// <exception cref="MemoryCheckException">The step used memory that was not its own; the message names step and slot.</exception>
    public void Check(in TrainingFrame frame, int step)
    {
        Check(new Places(frame.Maps, frame.Vectors, frame.Records, frame.Scratch, frame.Images, frame.Worker, frame.Barrier), step);
    }

    private void Begin(Places places)
    {
        Poison.Fill(places.Scratch, _scratchFloats);
        if (places.Worker == 0)
        {
            for (nint image = 0; image < places.Images; image++)
                _maps.Begin(places.Maps + image * _maps.Floats, 1);
            _vectors?.Begin(places.Vectors, places.Images);
            _records?.Begin(places.Records, 1);
        }
        places.Barrier.Wait();
    }

    private void Check(Places places, int step)
    {
        long guard = _scratchFloats - GuardFloats;
        if (Poison.FindChanged(places.Scratch + guard, GuardFloats) is var changed and >= 0)
            throw Found(step, $"worker {places.Worker} wrote float {changed} behind the end of its scratch of {guard} floats");
        // No step may count on what another one left there.
        Poison.Fill(places.Scratch, guard);
        if (places.Worker == 0)
        {
            string? wrong = null;
            for (nint image = 0; image < places.Images; image++)
                wrong ??= _maps.Check(places.Maps + image * _maps.Floats, 1, step);
            if ((wrong ?? _vectors?.Check(places.Vectors, places.Images, step) ?? _records?.Check(places.Records, 1, step)) is { } found)
                throw Found(step, found);
            // What the last step leaves is what the caller wants of it.
            if (step < _steps.Count - 1)
            {
                for (nint image = 0; image < places.Images; image++)
                    _maps.Release(places.Maps + image * _maps.Floats, 1, step);
                _vectors?.Release(places.Vectors, places.Images, step);
                _records?.Release(places.Records, 1, step);
            }
        }
        places.Barrier.Wait();
    }

    private MemoryCheckException Found(int step, string what)
    {
        return new MemoryCheckException(_network, $"step {step} ({_steps[step]})", what);
    }

    /// <summary>The memory of a pass as one worker sees it.</summary>
    private readonly struct Places(float* maps, float* vectors, float* records, float* scratch, nint images, nint worker, TeamBarrier barrier)
    {
        public float* Maps { get; } = maps;

        public float* Vectors { get; } = vectors;

        public float* Records { get; } = records;

        public float* Scratch { get; } = scratch;

        public nint Images { get; } = images;

        public nint Worker { get; } = worker;

        public TeamBarrier Barrier { get; } = barrier;
    }
}
