using System.IO.Compression;

namespace EfficientNet.Imaging.Decoding.Png;

/// <summary>Inflates the image data row by row and undoes the filters.</summary>
internal sealed class PngRowReader : IDisposable
{
    private readonly EncodedImage source;
    private readonly PngHeader header;
    private readonly ChunkStream compressed;
    private readonly ZLibStream inflater;

    // One filter byte, then the row; of the widest pass, and shared by all passes.
    private byte[] current;
    private byte[] previous;
    private int rowLength;

    public PngRowReader(in EncodedImage source, List<Range> imageData, PngHeader header)
    {
        this.source = source;
        this.header = header;
        compressed = new ChunkStream(source.Bytes, imageData);
        inflater = new ZLibStream(compressed, CompressionMode.Decompress);
        current = new byte[1 + header.RowBytes(header.Width)];
        previous = new byte[current.Length];
    }

    /// <summary>Forgets the row above: each pass starts as if above it were zeros.</summary>
    public void StartPass(int columns)
    {
        rowLength = header.RowBytes(columns);
        Array.Clear(previous);
    }

    /// <summary>The next row's samples as they were before filtering, valid until the next call.</summary>
    public ReadOnlySpan<byte> Next(int pass, int row)
    {
        Span<byte> filtered = current.AsSpan(0, 1 + rowLength);
        int filled = Inflate(filtered, pass, row);
        if (filled < filtered.Length)
        {
            throw source.Error($"PNG image data is cut short: expected {filtered.Length} bytes for {Place(pass, row)}, found {filled}");
        }

        Span<byte> samples = filtered[1..];
        if (!PngFilter.TryUndo(filtered[0], samples, previous.AsSpan(1, rowLength), header.FilterDistance))
        {
            throw source.Error($"PNG {Place(pass, row)}: expected a filter from 0 to 4, found {filtered[0]}");
        }

        (current, previous) = (previous, current);
        return samples;
    }

    /// <summary>
    /// Makes sure that the compressed data ends as it should, with its checksum. Image data beyond the last row is passed
    /// over, as libpng does: the image is whole without it.
    /// </summary>
    public void Finish()
    {
        Span<byte> beyond = stackalloc byte[1];
        Inflate(beyond, 0, header.Height);
        if (compressed.AskedBeyondEnd)
        {
            throw source.Error($"PNG image data is cut short: expected the zlib stream's end and checksum behind the last row");
        }
    }

    public void Dispose() => inflater.Dispose();

    private int Inflate(Span<byte> destination, int pass, int row)
    {
        try
        {
            return inflater.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            // The exception's own text is about archives. A stream that wants a preset dictionary, which PNG does not have, is an IOException of its own.
            throw source.Error($"PNG image data is broken at {Place(pass, row)}: expected a valid zlib stream (header, codes, checksum)", e);
        }
    }

    private string Place(int pass, int row) =>
        row == header.Height ? "its end" : pass == 0 ? FormattableString.Invariant($"row {row}") : FormattableString.Invariant($"row {row} of pass {pass}");

    /// <summary>The data of all IDAT chunks as one stream, without copying it.</summary>
    private sealed class ChunkStream(ReadOnlyMemory<byte> file, List<Range> chunks) : Stream
    {
        private int chunk;
        private int position;

        /// <summary>Whether the inflater wanted more when all had been given: only an unfinished stream makes it.</summary>
        public bool AskedBeyondEnd { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(Span<byte> buffer)
        {
            while (chunk < chunks.Count)
            {
                ReadOnlySpan<byte> rest = file.Span[chunks[chunk]][position..];
                if (rest.IsEmpty)
                {
                    chunk++;
                    position = 0;
                    continue;
                }

                int count = Math.Min(rest.Length, buffer.Length);
                rest[..count].CopyTo(buffer);
                position += count;
                return count;
            }

            AskedBeyondEnd = true;
            return 0;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
