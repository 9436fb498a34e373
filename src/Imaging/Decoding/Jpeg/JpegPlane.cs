using BitMiracle.LibJpeg.Classic;

namespace EfficientNet.Imaging.Decoding.Jpeg;

/// <summary>
/// One component's coefficients, and its samples at the resolution that is asked for: made from the coefficients one row of blocks at a
/// time, when a row of it is asked for, and only for the columns that are wanted.
/// </summary>
internal sealed class JpegPlane
{
    private const int BlockSide = 8;

    // An upsampler looks at two neighbouring rows at once, which can lie in two rows of blocks.
    private const int KeptBlockRows = 2;

    private readonly JBLOCK[][] blocks;
    private readonly int[] quantization;
    private readonly int points;
    private readonly byte[] samples;
    private readonly int[] kept = [-1, -1];
    private readonly int stride;
    private readonly int firstBlock;
    private readonly int endBlock;

    /// <param name="blocks">The coefficients, row by row of blocks.</param>
    /// <param name="quantization">What they are multiplied by.</param>
    /// <param name="points">Samples across and down that become of a block: 8, or 4, 2, 1 for a smaller image.</param>
    /// <param name="width">Samples across the whole component.</param>
    /// <param name="height">Samples down the whole component.</param>
    /// <param name="left">The first column wanted.</param>
    /// <param name="right">One beyond the last column wanted.</param>
    public JpegPlane(JBLOCK[][] blocks, int[] quantization, int points, int width, int height, int left, int right)
    {
        this.blocks = blocks;
        this.quantization = quantization;
        this.points = points;
        Width = width;
        Height = height;
        Left = left;
        Right = right;
        firstBlock = left / points;
        endBlock = (right - 1) / points + 1;
        stride = (endBlock - firstBlock) * points;
        samples = new byte[KeptBlockRows * points * stride];
    }

    /// <summary>Samples across the whole component, without the padding to whole blocks.</summary>
    public int Width { get; }

    /// <summary>Samples down the whole component.</summary>
    public int Height { get; }

    /// <summary>The first column that rows have.</summary>
    public int Left { get; }

    /// <summary>One beyond the last column that rows have.</summary>
    public int Right { get; }

    /// <summary>
    /// The columns from <see cref="Left"/> on of one row, valid until a row of the next blocks but one is asked for; above the first and below the last row the edge repeats.
    /// </summary>
    public ReadOnlySpan<byte> Row(int y)
    {
        y = Math.Clamp(y, 0, Height - 1);
        int blockRow = y / points, place = blockRow % KeptBlockRows;
        if (kept[place] != blockRow)
        {
            MakeBlockRow(blocks[blockRow], samples.AsSpan(place * points * stride, points * stride));
            kept[place] = blockRow;
        }

        return samples.AsSpan((place * points + y % points) * stride + Left - firstBlock * points, Right - Left);
    }

    private void MakeBlockRow(JBLOCK[] row, Span<byte> band)
    {
        Span<int> coefficients = stackalloc int[BlockSide * BlockSide];
        ReadOnlySpan<int> steps = quantization.AsSpan(0, coefficients.Length);
        for (int block = firstBlock; block < endBlock; block++)
        {
            JBLOCK from = row[block];
            for (int i = 0; i < coefficients.Length; i++) coefficients[i] = from[i] * steps[i];

            Span<byte> to = band[((block - firstBlock) * points)..];
            if (points == BlockSide)
            {
                InverseDct.Transform(coefficients, to, stride);
            }
            else
            {
                ReducedInverseDct.Transform(coefficients, points, to, stride);
            }
        }
    }
}
