namespace EfficientNet.Imaging.Decoding.Jpeg;

/// <summary>
/// Brings one component to the picture's resolution as libjpeg does by default ("fancy upsampling"): factors of two
/// with a triangle filter, three quarters of the nearer sample and one of the farther; others by repetition.
/// </summary>
/// <remarks>
/// Formulas and rounding are those of libjpeg-turbo's <c>jdsample.c</c> (<c>h2v1_fancy_upsample</c>,
/// <c>h1v2_fancy_upsample</c>, <c>h2v2_fancy_upsample</c>, <c>int_upsample</c>): the rounding alternates between
/// neighbours so that no direction is favoured.
/// </remarks>
internal sealed class JpegUpsampler
{
    // Below three samples across, libjpeg has no middle to filter and repeats.
    private const int NarrowestFiltered = 3;

    private readonly JpegPlane plane;
    private readonly int horizontal;
    private readonly int vertical;
    private readonly byte[] upsampled;
    private readonly int[] columnSums;

    /// <param name="plane">The component's samples.</param>
    /// <param name="horizontal">Pixels across for each sample.</param>
    /// <param name="vertical">Pixels down for each sample.</param>
    public JpegUpsampler(JpegPlane plane, int horizontal, int vertical)
    {
        this.plane = plane;
        this.horizontal = horizontal;
        this.vertical = vertical;
        upsampled = new byte[plane.Width * horizontal];
        columnSums = new int[plane.Width];
    }

    /// <summary>The component's values for row <paramref name="y"/> of the picture; valid until the next call.</summary>
    public ReadOnlySpan<byte> Row(int y)
    {
        ReadOnlySpan<byte> near = plane.Row(y / vertical);
        // The row that the second half of the triangle falls on: above for the upper of two pixels, below for the lower.
        ReadOnlySpan<byte> far = plane.Row(y / vertical + (y % 2 == 0 ? -1 : 1));
        switch (horizontal, vertical)
        {
            case (1, 1):
                return near;

            case (2, 1) when plane.Width >= NarrowestFiltered:
                DoubleAcross(near, upsampled);
                break;

            case (1, 2):
                int bias = y % 2 == 0 ? 1 : 2;
                for (int x = 0; x < near.Length; x++) upsampled[x] = (byte)((3 * near[x] + far[x] + bias) >> 2);
                break;

            case (2, 2) when plane.Width >= NarrowestFiltered:
                for (int x = 0; x < near.Length; x++) columnSums[x] = 3 * near[x] + far[x];
                DoubleAcross(columnSums, upsampled);
                break;

            default:
                for (int x = 0; x < upsampled.Length; x++) upsampled[x] = near[x / horizontal];
                break;
        }

        return upsampled;
    }

    private static void DoubleAcross(ReadOnlySpan<byte> samples, Span<byte> doubled)
    {
        int last = samples.Length - 1;
        doubled[0] = samples[0];
        doubled[1] = (byte)((3 * samples[0] + samples[1] + 2) >> 2);
        for (int x = 1; x < last; x++)
        {
            doubled[2 * x] = (byte)((3 * samples[x] + samples[x - 1] + 1) >> 2);
            doubled[2 * x + 1] = (byte)((3 * samples[x] + samples[x + 1] + 2) >> 2);
        }

        doubled[2 * last] = (byte)((3 * samples[last] + samples[last - 1] + 1) >> 2);
        doubled[2 * last + 1] = samples[last];
    }

    // The same over sums that are four times a sample.
    private static void DoubleAcross(ReadOnlySpan<int> sums, Span<byte> doubled)
    {
        int last = sums.Length - 1;
        doubled[0] = (byte)((4 * sums[0] + 8) >> 4);
        doubled[1] = (byte)((3 * sums[0] + sums[1] + 7) >> 4);
        for (int x = 1; x < last; x++)
        {
            doubled[2 * x] = (byte)((3 * sums[x] + sums[x - 1] + 8) >> 4);
            doubled[2 * x + 1] = (byte)((3 * sums[x] + sums[x + 1] + 7) >> 4);
        }

        doubled[2 * last] = (byte)((3 * sums[last] + sums[last - 1] + 8) >> 4);
        doubled[2 * last + 1] = (byte)((4 * sums[last] + 7) >> 4);
    }
}
