using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>
/// A network in training: its parameters, their gradients, an optimizer's memory, and a team of threads. A step is <see cref="Accumulate(ReadOnlySpan{float}, ReadOnlySpan{int})"/>
/// (forward in training mode, loss, backward) as often as a batch needs, then <see cref="Update"/>. Results have the same bits for every number of threads.
/// One thread at a time may call it: another's call is refused with an <see cref="InvalidOperationException"/> before anything is touched.
/// </summary>
public sealed unsafe partial class Trainer : IDisposable
{
    private readonly TrainingProgram _program;
    private readonly TrainerMemory _memory;
    private readonly WorkerTeam _team;
    private readonly StepWork _step;
    private readonly UpdateWork _update;
    private readonly long _imageFloats;
    private OptimizerMemory? _optimizer;

    /// <summary>Makes a trainer. Parameters are zero, running variances one, until they are initialised or loaded.</summary>
    /// <param name="program">The generated class's <c>CreateTraining()</c>.</param>
    /// <param name="options">Threads, largest batch, kernels; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">Threads, batch or classes are out of range.</exception>
    /// <exception cref="ArgumentException"><see cref="Hardware.OverrideVariable"/> or the option names no instruction set.</exception>
    /// <exception cref="PlatformNotSupportedException">The instruction set asked for is not available.</exception>
    /// <exception cref="InsufficientMemoryException">The memory cannot be had.</exception>
    public Trainer(TrainingProgram program, TrainerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(program);
        options ??= TrainerOptions.Default;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.MaximumBatch);
        ArgumentOutOfRangeException.ThrowIfNegative(options.Threads);
        int threads = options.Threads == 0 ? Math.Min(Environment.ProcessorCount, WorkerTeam.MaximumWorkers) : options.Threads;
        _program = program;
        InstructionSet = Hardware.ChooseFor(program.Description, options.InstructionSet);
        MaximumBatch = options.MaximumBatch;
        NetworkDescription network = program.Description.Network;
        ArgumentOutOfRangeException.ThrowIfNegative(options.Classes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Classes, network.Classes);
        Classes = options.Classes == 0 ? network.Classes : options.Classes;
        _imageFloats = (long)network.InputChannels * network.Resolution * network.Resolution;
        Tensors = ParameterTable.Of(program.Description, Classes);
        _memory = new TrainerMemory(program.Description, threads, MaximumBatch);
        try
        {
            _team = new WorkerTeam(threads);
        }
        catch
        {
            _memory.Dispose();
            throw;
        }

        _step = new StepWork(program, _memory, threads);
        _update = new UpdateWork(program, threads);
        foreach (ParameterTensor tensor in Tensors.Where(tensor => tensor.Kind == ParameterKind.RunningVariance))
            Set(tensor, Enumerable.Repeat(1f, tensor.Count).ToArray());
    }

    /// <summary>The kernels that run: the bits of a step are theirs.</summary>
    public InstructionSet InstructionSet { get; }

    /// <summary>The network and its places.</summary>
    public TrainingDescription Description => _program.Description;

    /// <summary>Threads that share each step, the caller's included.</summary>
    public int Threads => _team.Workers;

    /// <summary>Images that one step can take.</summary>
    public int MaximumBatch { get; }

    /// <summary>Classes that are trained: the network's first so many.</summary>
    public int Classes { get; }

    /// <summary>Bytes of the trainer's own memory, an optimizer's included once it has been used.</summary>
    public long Bytes => _memory.Bytes + (_optimizer?.Bytes ?? 0);

    /// <summary>All tensors, layer by layer: learned ones, and BatchNorm's running statistics.</summary>
    public IReadOnlyList<ParameterTensor> Tensors { get; }

    /// <summary>What stochastic depth and dropout drop; nothing at first.</summary>
    public IMaskSource Masks { get; set; } = NothingDropped.Instance;

    /// <summary>Part of the probability that the label gives to all classes alike (Szegedy et al. 2016); 0 at first. <see cref="AccumulateMultiLabel(ReadOnlySpan{float}, ReadOnlySpan{float})"/> does not smooth.</summary>
    public float LabelSmoothing { get; set; }

    /// <summary>The first part of the network that is trained, a place in <see cref="TrainingDescription.Parts"/>. Parts before it are frozen: they
    /// use their running statistics, get no gradients, and keep their parameters to the bit. 0 trains all.</summary>
    public int FirstTrained { get; set; }

    /// <summary>Ends the threads and frees the memory. While another thread's call is under way, that call finishes first and frees it then.</summary>
    public void Dispose()
    {
        if (_use.BeginDispose())
            Free();
    }

    private void Free()
    {
        _team.Dispose();
        _optimizer?.Dispose();
        _memory.Dispose();
    }
}
