using System.Numerics;

namespace EfficientNet.Imaging.Decoding.Png;

/// <summary>Undoes the five filters of PNG (specification, clause 9), in place.</summary>
internal static class PngFilter
{
    /// <summary>Restores one row; false when there is no such filter.</summary>
    /// <param name="filter">0 none, 1 sub, 2 up, 3 average, 4 Paeth.</param>
    /// <param name="row">The filtered bytes, which become the samples.</param>
    /// <param name="above">The restored row above, zeros for the first.</param>
    /// <param name="distance">Bytes to the pixel on the left.</param>
    public static bool TryUndo(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int distance)
    {
        switch (filter)
        {
            case 0:
                return true;

            case 1:
                for (int i = distance; i < row.Length; i++) row[i] += row[i - distance];
                return true;

            case 2:
                Up(row, above);
                return true;

            case 3:
                for (int i = 0; i < row.Length; i++)
                {
                    int left = i < distance ? 0 : row[i - distance];
                    row[i] += (byte)((left + above[i]) >> 1);
                }

                return true;

            case 4:
                for (int i = 0; i < Math.Min(distance, row.Length); i++) row[i] += above[i];
                for (int i = distance; i < row.Length; i++)
                {
                    row[i] += Paeth(row[i - distance], above[i], above[i - distance]);
                }

                return true;

            default:
                return false;
        }
    }

    private static void Up(Span<byte> row, ReadOnlySpan<byte> above)
    {
        int i = 0;
        for (; i <= row.Length - Vector<byte>.Count; i += Vector<byte>.Count)
        {
            (new Vector<byte>(row[i..]) + new Vector<byte>(above[i..])).CopyTo(row[i..]);
        }

        for (; i < row.Length; i++) row[i] += above[i];
    }

    private static byte Paeth(int left, int above, int aboveLeft)
    {
        int estimate = left + above - aboveLeft;
        int toLeft = Math.Abs(estimate - left);
        int toAbove = Math.Abs(estimate - above);
        int toAboveLeft = Math.Abs(estimate - aboveLeft);
        if (toLeft <= toAbove && toLeft <= toAboveLeft) return (byte)left;
        return toAbove <= toAboveLeft ? (byte)above : (byte)aboveLeft;
    }
}
