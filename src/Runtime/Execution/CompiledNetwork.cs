using System.Runtime.InteropServices;

namespace EfficientNet.Runtime;

/// <summary>
/// The base of every generated network: its packed weights, the instruction set it runs on, and the sessions made
/// from it. It is immutable and may be used by any number of threads; each takes a <see cref="Session"/> of its own.
/// </summary>
public abstract unsafe class CompiledNetwork : IDisposable
{
    private readonly PackedWeights _weights;

    /// <summary>Makes a network and takes over the weights: they are disposed with it, also when this fails.</summary>
    /// <param name="network">The generated description.</param>
    /// <param name="weights">The weights packed for it.</param>
    /// <param name="options">What the caller asks for.</param>
    /// <exception cref="ArgumentException">The weights are not as long as the description says, or
    /// <see cref="Hardware.OverrideVariable"/> names no instruction set.</exception>
    /// <exception cref="PlatformNotSupportedException">The instruction set asked for is not available, or the network does not carry it,
    /// or nobody asked and none that it carries is available.</exception>
    protected CompiledNetwork(NetworkDescription network, PackedWeights weights, NetworkOptions options)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(options);
        try
        {
            if (weights.Length != network.PackedFloats)
            {
                throw new ArgumentException(
                    $"{network.Name} needs {network.PackedFloats} packed floats: these weights have {weights.Length}.", nameof(weights));
            }
            InstructionSet = Hardware.ChooseFor(network, options.InstructionSet);
        }
        catch
        {
            weights.Dispose();
            throw;
        }

        Network = network;
        Metadata = weights.Metadata;
        Preprocessing = Metadata.PreprocessingFor(network);
        _weights = weights;
        if (InstructionSet == InstructionSet.Portable && Hardware.WasNotAsked(options.InstructionSet)
            && RuntimeInformation.ProcessArchitecture == Architecture.X64)
        {
            options.Warning?.Invoke(
                $"{network.Name} runs on portable 128-bit vectors, many times slower than it could: no AVX2 and FMA here. "
                + "A program published with NativeAOT has them only if IlcInstructionSet names them.");
        }
    }

    /// <summary>The network's numbers, layers and maps: the same object as the generated class's static description.</summary>
    public NetworkDescription Network { get; }

    /// <summary>What the weight file says about itself.</summary>
    public WeightMetadata Metadata { get; }

    /// <summary>The names of the classes, in the order of their numbers: the weight file's, else the description's; null
    /// where neither has any.</summary>
    public IReadOnlyList<string>? Labels => Metadata.Labels ?? Network.Labels;

    /// <summary>Classes that the weights know: all of the network's, or, where a trainer was made for fewer, the first so many. The logit of each of the
    /// others is −10³⁰, its probability the least that softmax or sigmoid give, below 10⁻¹⁵.</summary>
    public int KnownClasses => Metadata.Labels?.Count ?? Network.Classes;

    /// <summary>From a photo to the input: the weight file's, else the description's. A file made for another resolution
    /// keeps its filter, mean and std, while the sides are the description's.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>The kernels that this network runs, chosen once: those asked for, else the widest that it carries and that are available here.</summary>
    public InstructionSet InstructionSet { get; }

    /// <summary>Makes a session, with its own arena and threads.</summary>
    /// <param name="threads">Threads that share each pass, the caller's included; 0 for one per processor.</param>
    /// <param name="maximumBatch">Images that one pass takes at once. Longer batches are cut into passes of this
    /// size; all results are the same. From as many images as threads on, every thread has an arena of its own and makes whole images: more memory,
    /// more images a second. Images that are under way together, up to <see cref="NetworkDescription.ImagesAtOnce"/> of a thread, have an arena each.</param>
    /// <returns>The session. It outlives this network: the weights stay until the last session is disposed.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is negative or above
    /// <see cref="WorkerTeam.MaximumWorkers"/>, or <paramref name="maximumBatch"/> is not positive.</exception>
    /// <exception cref="ObjectDisposedException">The network was disposed.</exception>
    /// <exception cref="InsufficientMemoryException">The arena or a thread cannot be had.</exception>
    public Session CreateSession(int threads = 0, int maximumBatch = 1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(threads);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, WorkerTeam.MaximumWorkers);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maximumBatch);
        int workers = threads == 0 ? Math.Min(Environment.ProcessorCount, WorkerTeam.MaximumWorkers) : threads;
        return new Session(this, _weights, workers, maximumBatch);
    }

    /// <summary>Gives up the weights. Sessions that exist go on working; new ones cannot be made.</summary>
    public void Dispose()
    {
        _weights.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>One worker's part of a forward pass. Generated.</summary>
    /// <param name="frame">Inputs, outputs and memory.</param>
    protected internal abstract void Forward(in ForwardFrame frame);

    /// <summary>One image's probabilities from its logits. Generated.</summary>
    /// <param name="logits">Network.Classes floats.</param>
    /// <param name="probabilities">Receives as many; does not overlap the logits.</param>
    protected internal abstract void Softmax(float* logits, float* probabilities);

    /// <summary>One image's probability of each class by itself, of multi-label logits. Generated.</summary>
    /// <param name="logits">Network.Classes floats.</param>
    /// <param name="probabilities">Receives as many; does not overlap the logits.</param>
    protected internal abstract void Sigmoids(float* logits, float* probabilities);
}
