namespace EfficientNet.Benchmarks.Comparison;

/// <summary>Order statistics.</summary>
internal static class Samples
{
    /// <summary>The middle value; of an even number the mean of the two in the middle.</summary>
    public static double Median(this IEnumerable<double> values)
    {
        double[] sorted = values.Order().ToArray();
        if (sorted.Length == 0) throw new ArgumentException("No values.", nameof(values));
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

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
