namespace EfficientNet.Imaging.Decoding.Jpeg;

/// <summary>All samples of one component, at the resolution the file has them in.</summary>
internal sealed class JpegPlane(int width, int height, int stride)
{
    // Rows apart: a plane of a large picture need not be one array, and the library's rows are arrays too.
    private readonly byte[][] rows = new byte[height][];

    /// <summary>Samples across that belong to the picture.</summary>
    public int Width => width;

    /// <summary>Samples down that belong to the picture.</summary>
    public int Height => height;

    /// <summary>Samples across with the padding to whole blocks.</summary>
    public int Stride => stride;

    /// <summary>One row; above the first and below the last the edge repeats.</summary>
    public ReadOnlySpan<byte> Row(int y) => rows[Math.Clamp(y, 0, height - 1)].AsSpan(0, width);

    /// <summary>Copies decoded rows, leaving out those below the picture.</summary>
    public void Store(byte[][] decoded, int top)
    {
        for (int i = 0; i < decoded.Length && top + i < height; i++)
        {
            rows[top + i] = decoded[i].AsSpan(0, width).ToArray();
        }
    }
}
