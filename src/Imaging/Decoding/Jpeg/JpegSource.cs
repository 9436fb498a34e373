using System.Runtime.InteropServices;
using BitMiracle.LibJpeg.Classic;

namespace EfficientNet.Imaging.Decoding.Jpeg;

/// <summary>Feeds the library from memory, knows where it is, and takes the end of the file for an error.</summary>
/// <remarks>
/// The library's own source makes up an end marker when bytes run out and fills the rest of the image with grey.
/// </remarks>
internal sealed class JpegSource : jpeg_source_mgr
{
    private readonly EncodedImage source;

    // The library asks for every byte by itself, and a memory's span is too long a way to one.
    private readonly byte[] bytes;
    private readonly int start;
    private readonly int end;
    private int next;

    /// <param name="source">The whole file.</param>
    public JpegSource(EncodedImage source)
    {
        this.source = source;
        ArraySegment<byte> whole = MemoryMarshal.TryGetArray(source.Bytes, out ArraySegment<byte> array) ? array : source.Bytes.ToArray();
        (bytes, start, end, next) = (whole.Array!, whole.Offset, whole.Offset + whole.Count, whole.Offset);
    }

    /// <summary>The next byte to be read.</summary>
    public int Position => next - start;

    public override void init_source()
    {
    }

    public override bool fill_input_buffer() =>
        throw source.Error($"JPEG is cut short: expected more image data, found the end of the file at byte {source.Length}");

    public override bool MakeByteAvailable() => next < end || fill_input_buffer();

    public override bool GetByte(out int value)
    {
        if (next >= end) fill_input_buffer();
        value = bytes[next++];
        return true;
    }

    public override bool GetTwoBytes(out int value)
    {
        GetByte(out int high);
        GetByte(out int low);
        value = high << 8 | low;
        return true;
    }

    public override int GetBytes(byte[] destination, int amount)
    {
        int count = Math.Min(amount, end - next);
        if (count < amount) fill_input_buffer();
        bytes.AsSpan(next, count).CopyTo(destination);
        next += count;
        return count;
    }

    public override void skip_input_data(int count)
    {
        if (count > end - next) fill_input_buffer();
        next += Math.Max(count, 0);
    }
}
