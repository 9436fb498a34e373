using BitMiracle.LibJpeg.Classic;

namespace EfficientNet.Imaging.Decoding.Jpeg;

/// <summary>Feeds the library from memory, knows where it is, and takes the end of the file for an error.</summary>
/// <remarks>
/// The library's own source makes up an end marker when bytes run out and fills the rest of the image with grey.
/// </remarks>
internal sealed class JpegSource(EncodedImage source) : jpeg_source_mgr
{
    /// <summary>The next byte to be read.</summary>
    public int Position { get; private set; }

    public override void init_source()
    {
    }

    public override bool fill_input_buffer() =>
        throw source.Error($"JPEG is cut short: expected more image data, found the end of the file at byte {source.Length}");

    public override bool MakeByteAvailable() => Position < source.Length || fill_input_buffer();

    public override bool GetByte(out int value)
    {
        MakeByteAvailable();
        value = source.Span[Position++];
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
        int count = Math.Min(amount, source.Length - Position);
        if (count < amount) fill_input_buffer();
        source.Span.Slice(Position, count).CopyTo(destination);
        Position += count;
        return count;
    }

    public override void skip_input_data(int count)
    {
        if (count > source.Length - Position) fill_input_buffer();
        Position += Math.Max(count, 0);
    }
}
