using EfficientNet.Numerics.Tests.Reference;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>Bounds that follow from the arithmetic, not from what a run happened to show.</summary>
internal static class Tolerance
{
    /// <summary>Unit roundoff of float32: a correctly rounded result is off by at most this much of itself.</summary>
    public const double Epsilon = 1.0 / (1 << 24);

    /// <summary>Half the smallest denormal of float32, and a little more: what rounding costs where results are denormal.</summary>
    public const double SmallestStep = 1e-45;

    /// <summary>
    /// How far a float32 sum of <paramref name="terms"/> products may be from the exact one, whatever the order:
    /// max · (n·ε + ε) + ε.
    /// </summary>
    /// <remarks>
    /// Each of the n additions (fused with its product) rounds a partial sum that is at most <paramref name="max"/>, hence off
    /// by max·ε each; rounding the reference's own result to float32 costs max·ε once more. The last ε stands for everything
    /// that does not scale with the values. <paramref name="max"/> is the sum of the products' magnitudes, or any bound of it.
    /// </remarks>
    public static double OfSum(double max, long terms) => max * (terms * Epsilon + Epsilon) + Epsilon;

    /// <summary>Checks a double result against values that were computed in float64 and rounded once to float32.</summary>
    /// <param name="actual">Computed here.</param>
    /// <param name="expected">The rounded values.</param>
    /// <param name="relative">What float64's own rounding may cost, relative to the largest value.</param>
    /// <param name="scale">What it may cost is relative to this instead, where the tensor's own values are differences of such ones.</param>
    public static void ShouldRoundTo(this Tensor actual, Tensor expected, double relative = 1e-12, double scale = 0)
    {
        actual.Data.Length.ShouldBe(expected.Data.Length);
        double largest = expected.Data.Select(Math.Abs).Append(scale).Max();
        for (int i = 0; i < actual.Data.Length; i++)
        {
            double allowed = Epsilon * Math.Abs(expected.Data[i]) * 1.01 + relative * largest + SmallestStep;
            double difference = Math.Abs(actual.Data[i] - expected.Data[i]);
            if (!(difference <= allowed))
            {
                Assert.Fail($"value {i} of [{string.Join(", ", expected.Shape)}] is {actual.Data[i]:R}, expected {expected.Data[i]:R}: off by {difference:E2}, allowed {allowed:E2}");
            }
        }
    }

    /// <summary>Checks a tensor against its summary.</summary>
    /// <param name="actual">The whole tensor.</param>
    /// <param name="expected">Shape, norm, and eight samples.</param>
    /// <param name="name">For the message.</param>
    /// <param name="l2">Allowed distance of the norm, relative.</param>
    /// <param name="samples">Allowed distance of a sample, in root mean squares of the tensor.</param>
    public static void ShouldFit(this Tensor actual, Summary expected, string name, double l2, double samples)
    {
        double[] found = expected.Samples.Select((_, k) => actual.Data[(int)((long)k * actual.Data.Length / expected.Samples.Length)]).ToArray();
        new Summary(actual.Shape, Math.Sqrt(actual.Data.Sum(value => value * value)), actual.Data.Sum(), found).ShouldFit(expected, name, l2, samples);
    }

    /// <inheritdoc cref="ShouldFit(Tensor, Summary, string, double, double)"/>
    public static void ShouldFit(this Summary actual, Summary expected, string name, double l2, double samples)
    {
        actual.Shape.ShouldBe(expected.Shape, name);
        actual.L2.ShouldBe(expected.L2, l2 * expected.L2, $"{name}: l2");
        actual.Samples.Length.ShouldBe(expected.Samples.Length, name);
        for (int k = 0; k < expected.Samples.Length; k++)
        {
            actual.Samples[k].ShouldBe(expected.Samples[k], samples * expected.RootMeanSquare, $"{name}: sample {k}");
        }
    }
}
