using Microsoft.Win32.SafeHandles;

namespace EfficientNet.Runtime;

/// <summary>Bytes that can be read at any position: a file, a stream, or memory.</summary>
internal abstract unsafe class ByteSource : IDisposable
{
    /// <summary>Number of bytes when it was opened.</summary>
    public abstract long Length { get; }

    /// <summary>Whether several threads may read at once.</summary>
    public abstract bool IsConcurrent { get; }

    /// <summary>Opens a file. It is read, not mapped, unless <see cref="Map"/> is asked for.</summary>
    public static ByteSource OpenFile(string path)
    {
        return new FileSource(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read));
    }

    /// <summary>Reads from a stream's position on. One that cannot seek is first read to its end.</summary>
    public static ByteSource FromStream(Stream stream)
    {
        if (stream.CanSeek)
            return new StreamSource(stream);
        var copy = new ChunkedCopy();
        copy.Take(stream);
        return copy;
    }

    /// <summary>Reads memory that somebody else owns.</summary>
    /// <param name="bytes">The first byte.</param>
    /// <param name="length">How many there are.</param>
    /// <param name="owner">What the memory lives as long as.</param>
    public static ByteSource FromMemory(byte* bytes, long length, object owner)
    {
        return new MemorySource(bytes, length, owner);
    }

    /// <summary>The bytes as memory, where that is a file's; the caller's, who may close the file.</summary>
    /// <returns>The mapping; null where there is no file.</returns>
    /// <exception cref="IOException">The file cannot be mapped.</exception>
    public virtual MappedFile? Map()
    {
        return null;
    }

    /// <summary>Reads until the buffer is full or the bytes end.</summary>
    /// <returns>The number of bytes read.</returns>
    public int Fill(long position, Span<byte> buffer)
    {
        int filled = 0;
        while (filled < buffer.Length)
        {
            int read = Read(position + filled, buffer[filled..]);
            if (read <= 0)
                break;
            filled += read;
        }
        return filled;
    }

    /// <summary>Reads bytes that must be there.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="position">Where they begin.</param>
    /// <param name="bytes">Receives them.</param>
    /// <param name="what">What they are, for the message.</param>
    /// <exception cref="WeightFileException">The file ends before, or cannot be read.</exception>
    public void ReadExactly(string file, long position, Span<byte> bytes, string what)
    {
        int read;
        try
        {
            read = Fill(position, bytes);
        }
        catch (IOException exception) when (exception is not WeightFileException)
        {
            throw new WeightFileException(file, $"{what} at byte {position} cannot be read: {exception.Message}", exception) { Offset = position };
        }
        if (read < bytes.Length)
        {
            throw new WeightFileException(
                file, $"the file is cut short: {what} takes bytes {position} to {position + bytes.Length}, but reading ended at byte {position + read}")
            {
                Offset = position + read,
            };
        }
    }

    public abstract void Dispose();

    protected abstract int Read(long position, Span<byte> buffer);

    private sealed class FileSource : ByteSource
    {
        private readonly SafeFileHandle _handle;

        public FileSource(SafeFileHandle handle)
        {
            _handle = handle;
            try
            {
                Length = RandomAccess.GetLength(handle);
            }
            catch
            {
                handle.Dispose();
                throw;
            }
        }

        public override long Length { get; }

        public override bool IsConcurrent => true;

        public override MappedFile Map()
        {
            return new MappedFile(_handle);
        }

        public override void Dispose()
        {
            _handle.Dispose();
        }

        protected override int Read(long position, Span<byte> buffer)
        {
            return RandomAccess.Read(_handle, buffer, position);
        }
    }

    /// <summary>A stream that can seek. It stays the caller's: disposing this leaves it open.</summary>
    private sealed class StreamSource(Stream stream) : ByteSource
    {
        private readonly long _start = stream.Position;

        public override long Length { get; } = Math.Max(stream.Length - stream.Position, 0);

        public override bool IsConcurrent => false;

        public override void Dispose()
        {
        }

        protected override int Read(long position, Span<byte> buffer)
        {
            stream.Position = _start + position;
            return stream.Read(buffer);
        }
    }

    private sealed class MemorySource(byte* bytes, long length, object owner) : ByteSource
    {
        private readonly object _owner = owner;

        public override long Length => length;

        public override bool IsConcurrent => true;

        public override void Dispose()
        {
            GC.KeepAlive(_owner);
        }

        protected override int Read(long position, Span<byte> buffer)
        {
            int count = (int)Math.Min(length - position, buffer.Length);
            if (count <= 0)
                return 0;
            new ReadOnlySpan<byte>(bytes + position, count).CopyTo(buffer);
            return count;
        }
    }

    /// <summary>A copy in pieces, because one array ends at 2 GB.</summary>
    private sealed class ChunkedCopy : ByteSource
    {
        private const int ChunkBytes = 1 << 20;

        private readonly List<byte[]> _chunks = [];
        private long _length;

        public override long Length => _length;

        public override bool IsConcurrent => true;

        public void Take(Stream stream)
        {
            while (true)
            {
                var chunk = new byte[ChunkBytes];
                int read = stream.ReadAtLeast(chunk, ChunkBytes, throwOnEndOfStream: false);
                _chunks.Add(chunk);
                _length += read;
                if (read < ChunkBytes)
                    return;
            }
        }

        public override void Dispose()
        {
            _chunks.Clear();
            _length = 0;
        }

        protected override int Read(long position, Span<byte> buffer)
        {
            int count = (int)Math.Min(Math.Min(_length - position, buffer.Length), ChunkBytes - position % ChunkBytes);
            if (count <= 0)
                return 0;
            _chunks[(int)(position / ChunkBytes)].AsSpan((int)(position % ChunkBytes), count).CopyTo(buffer);
            return count;
        }
    }
}
