namespace EfficientNet.Runtime;

/// <summary>
/// A network's weights in the form its kernels read, packed once and read only from then on: any number of sessions
/// share them. The memory is freed when the network is disposed and the last session that uses it is gone.
/// </summary>
public sealed unsafe class PackedWeights : IDisposable
{
    private readonly AlignedBuffer _buffer;

    // The handle itself counts as open until its last reference is gone.
    private volatile bool _disposed;

    /// <summary>Allocates zeroed room for packed weights.</summary>
    /// <param name="floats">Length in floats: <see cref="NetworkDescription.PackedFloats"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    /// <exception cref="InsufficientMemoryException">The memory cannot be had.</exception>
    public PackedWeights(long floats)
    {
        _buffer = AlignedBuffer.Allocate(floats, "packed weights");
    }

    /// <summary>Takes over a buffer that holds packed weights.</summary>
    internal PackedWeights(AlignedBuffer buffer)
    {
        _buffer = buffer;
    }

    /// <summary>The first float, on a 64-byte boundary. Of weights that were loaded it may lie in memory that is read only.</summary>
    /// <exception cref="ObjectDisposedException">The weights were disposed.</exception>
    public float* Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _buffer.Pointer;
        }
    }

    /// <summary>What the file that they were read from says about itself; nothing where there was no file.</summary>
    public WeightMetadata Metadata { get; init; } = new();

    /// <summary>Length in floats.</summary>
    public long Length => _buffer.Length;

    /// <summary>Whether the memory is gone: disposed, and no session uses it any more.</summary>
    internal bool IsFreed => _buffer.IsFreed;

    /// <summary>Gives up this owner's hold. The memory stays as long as a session uses it.</summary>
    public void Dispose()
    {
        _disposed = true;
        _buffer.Dispose();
    }

    /// <summary>Holds the memory for a session, which releases it exactly once.</summary>
    /// <exception cref="ObjectDisposedException">The weights were disposed.</exception>
    internal float* Acquire()
    {
        bool held = false;
        _buffer.DangerousAddRef(ref held);
        if (_disposed)
        {
            _buffer.DangerousRelease();
            throw new ObjectDisposedException(nameof(PackedWeights));
        }
        return (float*)_buffer.DangerousGetHandle();
    }

    /// <summary>Undoes one <see cref="Acquire"/>.</summary>
    internal void Release()
    {
        _buffer.DangerousRelease();
    }
}
