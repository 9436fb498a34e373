using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;

namespace EfficientNet.Numerics.Tests.Kernels.Harness;

/// <summary>What a kernel is fed with, and hence how it is judged.</summary>
internal enum Data
{
    /// <summary>Small whole numbers: every sum is exact in any order, so that every bit is known.</summary>
    WholeNumbers,

    /// <summary>Numbers with 24 significant bits: judged by the bound that follows from the arithmetic.</summary>
    Reals,
}

/// <summary>Deterministic values from a name.</summary>
internal static class Values
{
    /// <summary>Values of a map or a bias: −3 … 3 as whole numbers, else between −2 and 2.</summary>
    public static Tensor Activations(string name, Data data, params int[] shape) => Make(name, data, shape, low: -3, high: 3, scale: 4);

    /// <summary>Weights: −1, 0, 1 as whole numbers, else as wide as keeps sums of unit size.</summary>
    public static Tensor Weights(string name, Data data, params int[] shape)
    {
        int fanIn = Math.Max(1, shape.Skip(1).Aggregate(1, (product, size) => product * size));
        return Make(name, data, shape, low: -1, high: 1, scale: 2 * Math.Sqrt(3.0 / fanIn));
    }

    public static Tensor Make(string name, Data data, int[] shape, int low, int high, double scale)
    {
        ulong hash = WeightRule.Hash($"{name} {data}", 5);
        var tensor = new Tensor(shape);
        for (int i = 0; i < tensor.Data.Length; i++)
        {
            float u = WeightRule.Uniform(hash, (ulong)i);
            tensor.Data[i] = data == Data.WholeNumbers ? low + Math.Floor(u * (double)(high - low + 1)) : (float)((u - 0.5) * scale);
        }

        return tensor;
    }
}
