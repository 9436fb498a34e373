namespace EfficientNet.Benchmarks.Comparison;

/// <summary>Vectors of two engines.</summary>
internal static class Logits
{
    /// <summary>The largest distance between two vectors of equal length.</summary>
    public static double LargestDifference(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        if (one.Length != other.Length) throw new ArgumentException($"{one.Length} values against {other.Length}.");
        double largest = 0;
        for (int i = 0; i < one.Length; i++)
        {
            double difference = Math.Abs((double)one[i] - other[i]);
            // Written so that NaN counts as a difference.
            if (!(difference <= largest)) largest = double.IsNaN(difference) ? double.PositiveInfinity : difference;
        }

        return largest;
    }
}
