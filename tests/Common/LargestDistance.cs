using System.Numerics;

namespace EfficientNet.Tests;

/// <summary>How far numbers are from those that they should be, so that nothing which is no number passes for near; the benchmarks compile this file too.</summary>
internal static class LargestDistance
{
    /// <summary>The largest distance between two vectors; infinite where one has NaN, or more values.</summary>
    public static double Between<TFound, TExpected>(IReadOnlyCollection<TFound> found, IReadOnlyCollection<TExpected> expected)
        where TFound : INumber<TFound>
        where TExpected : INumber<TExpected>
    {
        if (found.Count != expected.Count) return double.PositiveInfinity;
        return found.Zip(expected, (one, other) => Counted(Math.Abs(double.CreateChecked(one) - double.CreateChecked(other)))).DefaultIfEmpty().Max();
    }

    /// <summary>A distance that a maximum does not pass over, as it does over NaN.</summary>
    public static double Counted(double distance) => double.IsNaN(distance) ? double.PositiveInfinity : distance;
}
