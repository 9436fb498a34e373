namespace EfficientNet.Fuzz.Tests.Formats;

/// <summary>What deflated bytes hold, as far as they can be read.</summary>
internal static class Deflated
{
    public static byte[] Inflate(byte[] packed, Func<Stream, Stream> open, int longest)
    {
        byte[] raw = new byte[longest];
        int read = 0;
        try
        {
            using Stream stream = open(new MemoryStream(packed));
            while (read < longest && stream.Read(raw, read, longest - read) is > 0 and int count) read += count;
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            // What came before it is enough.
        }

        return raw[..read];
    }
}
