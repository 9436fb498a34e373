using System.Text;

namespace EfficientNet.Benchmarks.Reference;

/// <summary>
/// The rule from which the references' weights and inputs follow: a tensor's values depend on its name, shape and a seed
/// alone. Its definition is in the references' own README.
/// </summary>
internal static class WeightRule
{
    /// <summary>The seed of all references.</summary>
    public const int Seed = 1;

    /// <summary>One tensor, row-major.</summary>
    /// <param name="name">The name; what it ends in decides the range.</param>
    /// <param name="shape">The shape.</param>
    public static float[] Values(string name, IReadOnlyList<long> shape)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte b in Encoding.UTF8.GetBytes($"{name}#{Seed}")) hash = unchecked((hash ^ b) * 0x100000001B3);
        (float low, float centre, float span) = RangeOf(name, shape);
        var values = new float[shape.Aggregate(1L, (product, size) => product * size)];
        for (int i = 0; i < values.Length; i++) values[i] = low + (Uniform(hash + (ulong)i) - centre) * span;
        return values;
    }

    /// <summary>Normalised images [N, 3, R, R].</summary>
    public static float[] Input(int images, int resolution) => Values("input", [images, 3, resolution, resolution]);

    /// <summary>SplitMix64, its upper 24 bits as a number in [0, 1).</summary>
    private static float Uniform(ulong z)
    {
        unchecked
        {
            z += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            return (z >> 40) / 16777216f;
        }
    }

    private static (float Low, float Centre, float Span) RangeOf(string name, IReadOnlyList<long> shape)
    {
        if (name.EndsWith("running_mean", StringComparison.Ordinal)) return (0, 0.5f, 0.2f);
        if (name.EndsWith("running_var", StringComparison.Ordinal)) return (0.75f, 0, 0.5f);
        if (name.EndsWith("bias", StringComparison.Ordinal)) return (0, 0.5f, 0.2f);
        if (shape.Count == 1) return (0.75f, 0, 0.5f);
        if (name == "input") return (0, 0.5f, 4);
        long fanIn = shape.Skip(1).Aggregate(1L, (product, size) => product * size);
        return (0, 0.5f, (float)(2 * Math.Sqrt(6.0 / fanIn)));
    }
}
