using System.Text;

namespace EfficientNet.Tests;

/// <summary>
/// The rule from which the references' weights and inputs follow: a tensor's values depend on its name, shape and a seed alone.
/// Its definition is in the references' own README. Tests and benchmarks compile this file.
/// </summary>
internal static partial class WeightRule
{
    /// <summary>The seed of all references.</summary>
    public const int ReferenceSeed = 1;

    /// <summary>64-bit FNV-1a of the UTF-8 text <c>NAME#SEED</c>.</summary>
    public static ulong Hash(string name, int seed)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (byte b in Encoding.UTF8.GetBytes($"{name}#{seed}")) hash = unchecked((hash ^ b) * 0x100000001B3);
        return hash;
    }

    /// <summary>SplitMix64 of hash + index, its upper 24 bits as a number in [0, 1); exact.</summary>
    public static float Uniform(ulong hash, ulong index)
    {
        unchecked
        {
            ulong z = hash + index + 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            z ^= z >> 31;
            return (z >> 40) / 16777216f;
        }
    }

    /// <summary>The values of one tensor, row-major; what its name ends in decides their range.</summary>
    public static float[] Values(string name, IReadOnlyList<int> shape, int seed = ReferenceSeed)
    {
        var values = new float[shape.Aggregate(1, (product, size) => product * size)];
        Fill(values, name, shape, seed);
        return values;
    }

    /// <summary>The same into memory that is there already.</summary>
    public static void Fill(Span<float> values, string name, IReadOnlyList<int> shape, int seed = ReferenceSeed)
    {
        ulong hash = Hash(name, seed);
        (float low, float centre, float span) = RangeOf(name, shape);
        // One rounding a value: u − centre is exact, and low is zero wherever the product is not.
        for (int i = 0; i < values.Length; i++) values[i] = low + (Uniform(hash, (ulong)i) - centre) * span;
    }

    private static (float Low, float Centre, float Span) RangeOf(string name, IReadOnlyList<int> shape)
    {
        if (name.EndsWith("running_mean", StringComparison.Ordinal)) return (0, 0.5f, 0.2f);
        if (name.EndsWith("running_var", StringComparison.Ordinal)) return (0.75f, 0, 0.5f);
        if (name.EndsWith("bias", StringComparison.Ordinal)) return (0, 0.5f, 0.2f);
        if (shape.Count == 1) return (0.75f, 0, 0.5f);
        if (name is "input" or "input.0" or "input.1") return (0, 0.5f, 4);
        int fanIn = shape.Skip(1).Aggregate(1, (product, size) => product * size);
        return (0, 0.5f, (float)(2 * Math.Sqrt(6.0 / fanIn)));
    }
}
