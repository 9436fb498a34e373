namespace EfficientNet.Cli.Measurement;

/// <summary>Order statistics.</summary>
internal static class Quantiles
{
    /// <summary>The middle value; of an even number the mean of the two in the middle.</summary>
    public static double Median(this IEnumerable<double> values) => values.Quantile(0.5);

    /// <summary>The value below which a part of all values lies, on the straight line between the two nearest.</summary>
    /// <param name="values">At least one.</param>
    /// <param name="part">From 0 (the smallest) to 1 (the largest).</param>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static double Quantile(this IEnumerable<double> values, double part)
    {
        double[] sorted = values.Order().ToArray();
        if (sorted.Length == 0) throw new ArgumentException("No values.", nameof(values));
        double at = part * (sorted.Length - 1);
        int below = (int)at;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
