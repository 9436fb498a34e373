namespace EfficientNet.Runtime;

/// <summary>
/// One caller's use of a network: an arena and a team of threads of its own. A call on spans allocates nothing. A session does
/// one call at a time; for concurrent calls make more sessions, which share the weights.
/// </summary>
public sealed unsafe partial class Session : IDisposable
{
    private readonly CompiledNetwork _network;
    private readonly NetworkDescription _description;
    private readonly PackedWeights _weights;
    private readonly AlignedBuffer _memory;
    private readonly WorkerTeam _team;
    private readonly ForwardWork _work;
    private readonly long _imageFloats;
    private ExclusiveUse _use;

    /// <summary>Made by <see cref="CompiledNetwork.CreateSession(int, int)"/>.</summary>
    internal Session(CompiledNetwork network, PackedWeights weights, int threads, int maximumBatch)
    {
        _network = network;
        _description = network.Network;
        _imageFloats = (long)_description.InputChannels * _description.Resolution * _description.Resolution;
        MaximumBatch = maximumBatch;

        float* packed = weights.Acquire();
        _weights = weights;
        try
        {
            var layout = new SessionLayout(_description, threads, maximumBatch);
            _memory = AlignedBuffer.Allocate(layout.Floats, $"a session of {_description.Name}");
            _team = new WorkerTeam(threads);
            _work = new ForwardWork(network, packed, _memory.Pointer, layout, threads, _imageFloats);
        }
        catch
        {
            _team?.Dispose();
            _memory?.Dispose();
            weights.Release();
            GC.SuppressFinalize(this);
            throw;
        }
    }

    /// <summary>Releases a forgotten session's hold on the weights; its own memory and threads have finalizers too.</summary>
    ~Session()
    {
        _weights?.Release();
    }

    /// <summary>The network that the session runs.</summary>
    public CompiledNetwork Network => _network;

    /// <summary>Threads that share each pass, the caller's included.</summary>
    public int Threads => _team.Workers;

    /// <summary>Images that one pass takes at once; longer batches are cut into passes of this size. From <see cref="Threads"/> images on, every thread
    /// has an arena of its own and makes whole images, which is faster than to share each. It has one for each of its images, up to
    /// <see cref="NetworkDescription.ImagesAtOnce"/>; so have all threads together below that number.</summary>
    public int MaximumBatch { get; }

    /// <summary>Bytes of the session's own memory: arena, or arenas (<see cref="MaximumBatch"/>), scratch of every thread, pooled features and one image's logits.</summary>
    public long Bytes => _memory.Length * sizeof(float);

    /// <summary>Computes logits.</summary>
    /// <param name="images">Normalised images, NCHW: <c>[N][3][Resolution][Resolution]</c> for any N.</param>
    /// <param name="logits">Receives <c>[N][Classes]</c>.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="InvalidOperationException">The session is in use by another call.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void Forward(ReadOnlySpan<float> images, Span<float> logits)
    {
        Forward(images, logits, CancellationToken.None);
    }

    /// <summary>Computes logits and the pooled features that enter the classifier.</summary>
    /// <param name="images">Normalised images, NCHW: <c>[N][3][Resolution][Resolution]</c> for any N.</param>
    /// <param name="logits">Receives <c>[N][Classes]</c>.</param>
    /// <param name="features">Receives <c>[N][Features]</c>.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="InvalidOperationException">The session is in use by another call.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void Forward(ReadOnlySpan<float> images, Span<float> logits, Span<float> features)
    {
        Forward(images, logits, features, CancellationToken.None);
    }

    /// <summary>Computes the pooled features alone: what search and transfer learning compare.</summary>
    /// <param name="images">Normalised images, NCHW: <c>[N][3][Resolution][Resolution]</c> for any N.</param>
    /// <param name="features">Receives <c>[N][Features]</c>.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="InvalidOperationException">The session is in use by another call.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void ForwardFeatures(ReadOnlySpan<float> images, Span<float> features)
    {
        ForwardFeatures(images, features, CancellationToken.None);
    }

    /// <summary>Computes logits, and notes when each step of the pass ended. The logits are <see cref="Forward(ReadOnlySpan{float}, Span{float})"/>'s to the bit.</summary>
    /// <param name="images">Normalised images, NCHW: <c>[N][3][Resolution][Resolution]</c> for any N.</param>
    /// <param name="logits">Receives <c>[N][Classes]</c>.</param>
    /// <param name="times">Receives <c>[N][Steps + 1]</c> timestamps of <see cref="System.Diagnostics.Stopwatch"/>: when the
    /// image began, then when each of the description's steps ended for all workers.</param>
    /// <exception cref="ArgumentException">A length does not fit.</exception>
    /// <exception cref="InvalidOperationException">The session is in use by another call.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    public void Profile(ReadOnlySpan<float> images, Span<float> logits, Span<long> times)
    {
        int batch = Batch(images.Length);
        Check(logits.Length, batch, _description.Classes, "logits", nameof(logits));
        Check(times.Length, batch, _description.Steps.Count + 1, "times", nameof(times));
        Begin();
        try
        {
            Pass(images, logits, default, times, batch, CancellationToken.None);
        }
        finally
        {
            End();
        }
    }

    /// <summary>Runs one image and shows what the stem, every block and the head make of it, and the pooled features: a diagnosis, which allocates.</summary>
    /// <param name="image">One normalised image: <c>[3][Resolution][Resolution]</c>.</param>
    /// <param name="visit">Called for every map in order of execution, with its values as
    /// <c>[Channels][Height][Width]</c>. The session is free again by then.</param>
    /// <exception cref="ArgumentException">The image's length does not fit.</exception>
    /// <exception cref="InvalidOperationException">The session is in use by another call.</exception>
    /// <exception cref="ObjectDisposedException">The session was disposed.</exception>
    /// <exception cref="InsufficientMemoryException">The memory for all maps cannot be had.</exception>
    public void Trace(ReadOnlySpan<float> image, Action<MapDescription, float[]> visit)
    {
        ArgumentNullException.ThrowIfNull(visit);
        if (image.Length != _imageFloats)
        {
            throw new ArgumentException(
                $"A trace of {_description.Name} takes one image of {ImageShape()} floats: the span holds {image.Length}.", nameof(image));
        }

        using AlignedBuffer trace = AlignedBuffer.Allocate(_description.TraceFloats, $"a trace of {_description.Name}");
        Begin();
        try
        {
            fixed (float* input = image)
                _work.Run(_team, input, _work.Logits, _work.Features, trace.Pointer, clock: null, 1);
        }
        finally
        {
            End();
        }
        foreach (MapDescription map in _description.Maps)
            visit(map, TracedMap.ToChannelsFirst(map, trace));
    }

    /// <summary>Frees the arena, the threads and the hold on the weights; a call under way is finished first, and then
    /// that call's thread frees them.</summary>
    public void Dispose()
    {
        if (_use.BeginDispose())
            Free();
    }

    private void Pass(ReadOnlySpan<float> images, Span<float> logits, Span<float> features, Span<long> times, int batch, CancellationToken cancellationToken)
    {
        // Times are of one image: the classifier takes all images of a pass at once.
        int most = times.IsEmpty ? MaximumBatch : 1;
        fixed (float* input = images, output = logits, pooled = features)
        fixed (long* clock = times)
        {
            for (int first = 0; first < batch; first += most)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _work.Run(
                    _team,
                    input + first * _imageFloats,
                    output + (long)first * _description.Classes,
                    features.IsEmpty ? _work.Features : pooled + (long)first * _description.Features,
                    trace: null,
                    times.IsEmpty ? null : clock + (long)first * (_description.Steps.Count + 1),
                    Math.Min(most, batch - first));
            }
        }
    }

    private int Batch(int floats)
    {
        if (floats % _imageFloats != 0)
        {
            throw new ArgumentException(
                $"{_description.Name} takes images of {ImageShape()} floats: {floats} floats are not a whole number of images.", "images");
        }
        return (int)(floats / _imageFloats);
    }

    private string ImageShape()
    {
        return $"{_description.InputChannels}x{_description.Resolution}x{_description.Resolution} = {_imageFloats}";
    }

    private void Check(int length, int batch, int each, string what, string parameter)
    {
        if (length != (long)batch * each)
        {
            throw new ArgumentException(
                $"{_description.Name} gives {batch}x{each} = {(long)batch * each} {what} for {batch} images: the span holds {length}.", parameter);
        }
    }

    private void Begin()
    {
        _use.Enter(this, "This session is in use by another call: make one session for each concurrent caller.");
    }

    private void End()
    {
        if (_use.Exit())
            Free();
    }

    private void Free()
    {
        GC.SuppressFinalize(this);
        _team.Dispose();
        _memory.Dispose();
        _weights.Release();
    }
}
