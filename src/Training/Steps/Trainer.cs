using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>
/// A network in training: its parameters, their gradients, an optimizer's memory, and a team of threads. A step is <see cref="Accumulate(ReadOnlySpan{float}, ReadOnlySpan{int})"/>
/// (forward in training mode, loss, backward) as often as a batch needs, then <see cref="Update"/>. Results have the same bits for every number of threads.
/// </summary>
public sealed unsafe partial class Trainer : IDisposable
{
    private readonly TrainingProgram _program;
    private readonly TrainerMemory _memory;
    private readonly WorkerTeam _team;
    private readonly StepWork _step;
    private readonly UpdateWork _update;
    private readonly InstructionSet _instructionSet;
    private readonly long _imageFloats;
    private OptimizerMemory? _optimizer;
    private bool _disposed;

    /// <summary>Makes a trainer. Parameters are zero, running variances one, until they are initialised or loaded.</summary>
    /// <param name="program">The generated class's <c>CreateTraining()</c>.</param>
    /// <param name="options">Threads, largest batch, kernels; null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">Threads or batch are out of range.</exception>
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
        _instructionSet = Hardware.ChooseFor(program.Description.Network, options.InstructionSet);
        MaximumBatch = options.MaximumBatch;
        NetworkDescription network = program.Description.Network;
        _imageFloats = (long)network.InputChannels * network.Resolution * network.Resolution;
        Tensors = ParameterTable.Of(program.Description);
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

    /// <summary>The network and its places.</summary>
    public TrainingDescription Description => _program.Description;

    /// <summary>Threads that share each step, the caller's included.</summary>
    public int Threads => _team.Workers;

    /// <summary>Images that one step can take.</summary>
    public int MaximumBatch { get; }

    /// <summary>Bytes of the trainer's own memory, an optimizer's included once it has been used.</summary>
    public long Bytes => _memory.Bytes + (_optimizer?.Bytes ?? 0);

    /// <summary>All tensors, layer by layer: learned ones, and BatchNorm's running statistics.</summary>
    public IReadOnlyList<ParameterTensor> Tensors { get; }

    /// <summary>What stochastic depth and dropout drop; nothing at first.</summary>
    public IMaskSource Masks { get; set; } = NothingDropped.Instance;

    /// <summary>Part of the probability that the label gives to all classes alike (Szegedy et al. 2016); 0 at first.</summary>
    public float LabelSmoothing { get; set; }

    /// <summary>The first part of the network that is trained, a place in <see cref="TrainingDescription.Parts"/>. Parts before it are frozen: they
    /// use their running statistics and get no gradients. 0 trains all.</summary>
    public int FirstTrained { get; set; }

    /// <summary>Runs forward and backward, and adds the gradients of the batch's mean loss to those that are there.</summary>
    /// <param name="images">Normalised images, NCHW: <c>[N][3][Resolution][Resolution]</c>, N up to <see cref="MaximumBatch"/>.</param>
    /// <param name="labels">The class of every image.</param>
    /// <returns>The mean loss: cross-entropy of softmax.</returns>
    /// <exception cref="ArgumentException">A length does not fit, or a label is no class; nothing has been computed then.</exception>
    /// <exception cref="ObjectDisposedException">The trainer was disposed.</exception>
    public double Accumulate(ReadOnlySpan<float> images, ReadOnlySpan<int> labels)
    {
        return Accumulate(images, labels, default);
    }

    /// <summary>Runs forward and backward down to the images.</summary>
    /// <param name="images">Normalised images, NCHW: <c>[N][3][Resolution][Resolution]</c>, N up to <see cref="MaximumBatch"/>.</param>
    /// <param name="labels">The class of every image.</param>
    /// <param name="imageGradient">Receives the gradient of the mean loss with respect to the images, laid out like them; or empty. Nothing may be frozen then.</param>
    /// <inheritdoc cref="Accumulate(ReadOnlySpan{float}, ReadOnlySpan{int})"/>
    public double Accumulate(ReadOnlySpan<float> images, ReadOnlySpan<int> labels, Span<float> imageGradient)
    {
        int batch = Batch(images.Length, imageGradient);
        int classes = Description.Network.Classes;
        if (labels.Length != batch)
            throw new ArgumentException($"{batch} images have {labels.Length} labels.", nameof(labels));
        for (int i = 0; i < batch; i++)
        {
            if ((uint)labels[i] >= (uint)classes)
                throw new ArgumentException($"Label {labels[i]} of image {i} is no class: {Description.Network.Name} has classes 0 to {classes - 1}.", nameof(labels));
        }

        for (int i = 0; i < batch; i++)
            _memory.Targets[i] = labels[i];
        return Run(images, imageGradient, batch, multiLabel: false);
    }

    /// <summary>Runs forward and backward for images with any number of labels.</summary>
    /// <param name="images">Normalised images, NCHW: <c>[N][3][Resolution][Resolution]</c>, N up to <see cref="MaximumBatch"/>.</param>
    /// <param name="targets">For every image and class a target from 0 to 1: <c>[N][Classes]</c>.</param>
    /// <returns>The mean over images of the mean over classes of the binary cross-entropy of sigmoid.</returns>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="ObjectDisposedException">The trainer was disposed.</exception>
    public double AccumulateMultiLabel(ReadOnlySpan<float> images, ReadOnlySpan<float> targets)
    {
        return AccumulateMultiLabel(images, targets, default);
    }

    /// <summary>Runs forward and backward down to the images, for images with any number of labels.</summary>
    /// <param name="images">Normalised images, NCHW: <c>[N][3][Resolution][Resolution]</c>, N up to <see cref="MaximumBatch"/>.</param>
    /// <param name="targets">For every image and class a target from 0 to 1: <c>[N][Classes]</c>.</param>
    /// <param name="imageGradient">Receives the gradient of the mean loss with respect to the images, laid out like them; or empty. Nothing may be frozen then.</param>
    /// <inheritdoc cref="AccumulateMultiLabel(ReadOnlySpan{float}, ReadOnlySpan{float})"/>
    public double AccumulateMultiLabel(ReadOnlySpan<float> images, ReadOnlySpan<float> targets, Span<float> imageGradient)
    {
        int batch = Batch(images.Length, imageGradient);
        if (targets.Length != (long)batch * Description.Network.Classes)
            throw new ArgumentException($"{batch} images of {Description.Network.Classes} classes have {targets.Length} targets.", nameof(targets));
        targets.CopyTo(new Span<float>(_memory.Targets, targets.Length));
        return Run(images, imageGradient, batch, multiLabel: true);
    }

    /// <summary>The logits of the last batch.</summary>
    /// <param name="image">The image's number in its batch.</param>
    /// <returns>One number for each class; valid until the next step.</returns>
    public ReadOnlySpan<float> Logits(int image)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(image);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(image, MaximumBatch);
        return new ReadOnlySpan<float>(_memory.Logits + (long)image * _memory.LogitsStride, Description.Network.Classes);
    }

    /// <summary>Ends the threads and frees the memory.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _team.Dispose();
        _optimizer?.Dispose();
        _memory.Dispose();
    }

    private double Run(ReadOnlySpan<float> images, Span<float> imageGradient, int batch, bool multiLabel)
    {
        foreach (MaskDescription mask in Description.Masks)
        {
            for (int image = 0; image < batch; image++)
                Masks.Fill(mask, image, new Span<float>(_memory.Masks + mask.At * batch + (long)image * mask.Floats, mask.Elements));
        }

        _memory.LossOptions[0] = LabelSmoothing;
        _memory.LossOptions[1] = 1f / batch;
        fixed (float* input = images, gradient = imageGradient)
        {
            _step.Frame = new TrainingFrame
            {
                Input = input,
                InputGradient = gradient,
                Targets = _memory.Targets,
                Logits = _memory.Logits,
                Loss = _memory.Loss,
                LossOptions = _memory.LossOptions,
                Parameters = _memory.Parameters,
                Gradients = _memory.Gradients,
                Statistics = _memory.Statistics,
                Masks = _memory.Masks,
                Maps = _memory.Maps,
                Records = _memory.Records,
                MultiLabel = multiLabel,
                FirstTrained = FirstTrained,
                Images = batch,
                InstructionSet = _instructionSet,
            };
            _team.Run(_step);
        }

        double sum = 0;
        for (int i = 0; i < batch; i++)
            sum += _memory.Loss[i];
        return sum / batch;
    }

    private int Batch(int floats, Span<float> imageGradient)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        NetworkDescription network = Description.Network;
        int batch = (int)(floats / _imageFloats);
        if (batch == 0 || floats % _imageFloats != 0 || batch > MaximumBatch)
        {
            throw new ArgumentException(
                $"{network.Name} takes 1 to {MaximumBatch} images of {network.InputChannels}x{network.Resolution}x{network.Resolution} = {_imageFloats} floats: {floats} floats are not that.", "images");
        }

        if (!imageGradient.IsEmpty && imageGradient.Length != floats)
            throw new ArgumentException($"The images have {floats} floats, the span for their gradient {imageGradient.Length}.", nameof(imageGradient));
        if (!imageGradient.IsEmpty && FirstTrained > 0)
            throw new ArgumentException("A frozen part passes no gradient on to the images.", nameof(imageGradient));
        if ((uint)FirstTrained >= (uint)Description.Parts.Count)
            throw new InvalidOperationException($"The first trained part is {FirstTrained}: {network.Name} has parts 0 to {Description.Parts.Count - 1}.");
        return batch;
    }
}
