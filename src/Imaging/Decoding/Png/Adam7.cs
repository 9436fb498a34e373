namespace EfficientNet.Imaging.Decoding.Png;

/// <summary>Which pixels each of PNG's seven interlace passes holds.</summary>
internal static class Adam7
{
    /// <summary>The seven passes in the order of the file.</summary>
    public static ReadOnlySpan<Pass> Passes => Interlaced;

    /// <summary>The one pass of an image that is not interlaced.</summary>
    public static ReadOnlySpan<Pass> Whole => Plain;

    private static readonly Pass[] Interlaced =
    [
        new(0, 0, 8, 8), new(4, 0, 8, 8), new(0, 4, 4, 8), new(2, 0, 4, 4), new(0, 2, 2, 4), new(1, 0, 2, 2), new(0, 1, 1, 2),
    ];

    private static readonly Pass[] Plain = [new(0, 0, 1, 1)];

    /// <summary>A grid of pixels: every StepX-th column from Left, every StepY-th row from Top.</summary>
    internal readonly record struct Pass(int Left, int Top, int StepX, int StepY)
    {
        /// <summary>Columns of the pass; 0 when a narrow image has none of it.</summary>
        public int Columns(int width) => (int)(((long)width - Left + StepX - 1) / StepX);

        /// <summary>Rows of the pass; 0 when a low image has none of it.</summary>
        public int Rows(int height) => (int)(((long)height - Top + StepY - 1) / StepY);

        /// <summary>Spreads a row of the pass over the image's row.</summary>
        public void Scatter(ReadOnlySpan<byte> packed, int columns, Span<byte> line)
        {
            int to = Left * 3;
            for (int from = 0; from < columns * 3; from += 3, to += StepX * 3)
            {
                line[to] = packed[from];
                line[to + 1] = packed[from + 1];
                line[to + 2] = packed[from + 2];
            }
        }
    }
}
