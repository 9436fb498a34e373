using EfficientNet.Numerics.Tests.Reference;

namespace EfficientNet.Numerics.Tests.Kernels.Harness;

/// <summary>Compares what a kernel stored with the naive reference.</summary>
internal static class Judge
{
    /// <summary>A stored map, padding lanes included, which have to be zero.</summary>
    public static void Map(float[] actual, Bounded expected, Data data, string where) =>
        Floats(actual, Packing.Map(expected.Value), Packing.Map(expected.Error), data, where);

    /// <summary>Whole numbers to the bit; reals within their errors, and no further than those say.</summary>
    public static void Floats(float[] actual, double[] expected, double[] errors, Data data, string where)
    {
        actual.Length.ShouldBe(expected.Length, where);
        if (data == Data.WholeNumbers) Exactly(actual, expected, where);
        else Within(actual, expected, errors, where);
    }

    private static void Exactly(float[] actual, double[] expected, string where)
    {
        for (int i = 0; i < actual.Length; i++)
        {
            float exact = (float)expected[i];
            // The test would prove nothing where the reference's own result had to be rounded.
            if (exact != expected[i]) Assert.Fail($"{where}: the exact value {i}, {expected[i]:R}, is no float");
            if (BitConverter.SingleToInt32Bits(exact) != BitConverter.SingleToInt32Bits(actual[i]))
            {
                Assert.Fail($"{where}: value {i} of {actual.Length} is {actual[i]:R}, exactly {expected[i]:R}");
            }
        }
    }

    private static void Within(float[] actual, double[] expected, double[] errors, string where)
    {
        for (int i = 0; i < actual.Length; i++)
        {
            double off = Math.Abs(actual[i] - expected[i]);
            if (!(off <= errors[i])) Assert.Fail($"{where}: value {i} of {actual.Length} is {actual[i]:R}, expected {expected[i]:R}: off by {off:E2}, allowed {errors[i]:E2}");
        }
    }
}
