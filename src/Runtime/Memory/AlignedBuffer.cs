using System.Globalization;
using System.Runtime.InteropServices;

namespace EfficientNet.Runtime;

/// <summary>
/// Native memory for floats on a 64-byte boundary (a cache line, and the widest vector). A safe handle: it is freed
/// once, by <see cref="SafeHandle.Dispose()"/> or by the finalizer, and not while a reference is held.
/// </summary>
internal sealed unsafe class AlignedBuffer : SafeHandle
{
    /// <summary>The boundary, in bytes.</summary>
    public const int Alignment = 64;

    /// <summary>Floats between two boundaries.</summary>
    public const int AlignmentFloats = Alignment / sizeof(float);

    private const int SmallestPage = 4096;

    private readonly nuint _bytes;

    // Keeps memory that is not ours from going away.
    private readonly object? _owner;
    private bool _freed;

    private AlignedBuffer(void* memory, long length, nuint bytes, object? owner)
        : base(0, ownsHandle: true)
    {
        _bytes = bytes;
        _owner = owner;
        Length = length;
        SetHandle((nint)memory);
    }

    /// <summary>Length in floats.</summary>
    public long Length { get; }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Whether the memory is gone: disposed, and no reference is held any more.</summary>
    public bool IsFreed => Volatile.Read(ref _freed);

    /// <summary>The first float.</summary>
    /// <exception cref="ObjectDisposedException">The buffer was disposed.</exception>
    public float* Pointer
    {
        get
        {
            ObjectDisposedException.ThrowIf(IsClosed, this);
            return (float*)handle;
        }
    }

    /// <summary>Allocates a zeroed buffer.</summary>
    /// <param name="floats">Length in floats; 0 is allowed and gives a valid pointer to nothing.</param>
    /// <param name="purpose">What it is for, for the error message.</param>
    /// <param name="touch">Whether its pages are to be there at once; false where the caller is about to fill it anyway.</param>
    /// <exception cref="InsufficientMemoryException">The memory cannot be had; the message says how much was asked.</exception>
    public static AlignedBuffer Allocate(long floats, string purpose, bool touch = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(floats);
        Int128 bytes = (Int128)Math.Max(floats, 1) * sizeof(float);
        if (bytes > nint.MaxValue - Alignment)
            throw Insufficient(bytes, purpose);

        void* memory = MappedMemory.Allocate((nuint)bytes);
        if (memory == null)
            throw Insufficient(bytes, purpose);
        // Mapped pages are zero, but only there once they are touched: no later call shall wait for one.
        if (touch)
        {
            for (nuint at = 0; at < (nuint)bytes; at += SmallestPage)
                ((byte*)memory)[at] = 0;
        }
        return new AlignedBuffer(memory, floats, (nuint)bytes, owner: null);
    }

    /// <summary>Stands for memory that somebody else owns and that nobody may write to.</summary>
    /// <param name="memory">The first float, on a 64-byte boundary.</param>
    /// <param name="floats">Length in floats.</param>
    /// <param name="owner">What the memory lives as long as. A <see cref="MappedFile"/> is given back with the buffer.</param>
    public static AlignedBuffer Borrow(float* memory, long floats, object owner)
    {
        return new AlignedBuffer(memory, floats, 0, owner);
    }

    /// <summary>Rounds a length up so that what follows it begins on a boundary too.</summary>
    public static long RoundUp(long floats)
    {
        return checked(floats + AlignmentFloats - 1) / AlignmentFloats * AlignmentFloats;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        if (_owner is null)
            MappedMemory.Free((void*)handle, _bytes);
        (_owner as MappedFile)?.Dispose();
        Volatile.Write(ref _freed, true);
        return true;
    }

    private static InsufficientMemoryException Insufficient(Int128 bytes, string purpose)
    {
        return new InsufficientMemoryException(string.Create(CultureInfo.InvariantCulture, $"Cannot allocate {bytes} bytes for {purpose}."));
    }
}
