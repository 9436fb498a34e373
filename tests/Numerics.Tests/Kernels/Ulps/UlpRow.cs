using System.Globalization;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Ulps;

/// <summary>The worst of one function on one instruction set over a range of arguments.</summary>
/// <param name="Function">What is computed.</param>
/// <param name="Set">Whose kernels do.</param>
/// <param name="Range">The arguments, in words.</param>
/// <param name="Contains">The same as a test.</param>
/// <param name="Bound">What the formula may be off by, in words.</param>
internal sealed record UlpRow(string Function, InstructionSet Set, string Range, Func<float, bool> Contains, string Bound)
{
    /// <summary>Arguments whose result is a normal float.</summary>
    public long Count { get; private set; }

    /// <summary>The largest error in units in the last place of the exact result.</summary>
    public double Ulps { get; private set; }

    /// <summary>Where that was.</summary>
    public float At { get; private set; }

    /// <summary>The largest error as a share of what was allowed there: above 1 the bound is broken.</summary>
    public double Share { get; private set; }

    /// <summary>How the row begins in the document.</summary>
    public string Beginning => $"| {Function} | {Set} | {Range} |";

    /// <summary>The rest of the row.</summary>
    public string Rest => string.Create(CultureInfo.InvariantCulture, $"{Count:N0} | {Figure(Ulps)} | {At:R} | {Bound} | {Share:P1} |");

    /// <summary>The ULPs as the document has them: rounded up, so that no run finds more than it says.</summary>
    public static string Figure(double ulps) => (ulps < 1000 ? Math.Ceiling(ulps * 1000) / 1000 : ulps).ToString(ulps < 1000 ? "F3" : "0.00E+0", CultureInfo.InvariantCulture);

    public UlpRow Empty() => this with { Count = 0, Ulps = 0, At = 0, Share = 0 };

    /// <summary>Takes the results of a batch; those that are denormal count for nothing.</summary>
    /// <param name="x">The arguments.</param>
    /// <param name="found">What the kernel made of them: one value each, or two of which the row is about one.</param>
    /// <param name="values">What it should have.</param>
    /// <param name="whole">Whether all arguments are known to be in the range.</param>
    public void Take(float[] x, float[] found, ExactValues values, bool whole)
    {
        (double[] exact, double[] allowed) = values.Of(this);
        int stride = found.Length / x.Length, second = Function.EndsWith("second", StringComparison.Ordinal) ? 1 : 0;
        (double ulps, double share, float at, long count) = (Ulps, Share, At, 0);
        for (int i = 0; i < x.Length; i++)
        {
            if (!float.IsFinite(x[i]) || (!whole && !Contains(x[i])) || Math.Abs(exact[i]) < Harness.Bounds.SmallestNormal) continue;
            count++;
            double error = Math.Abs(found[i * stride + second] - exact[i]), ulp = Harness.Bounds.Ulp(exact[i]);
            // Written so that a NaN counts as the worst.
            if (!(error <= ulps * ulp)) (ulps, at) = (error / ulp, x[i]);
            if (!(error <= share * allowed[i])) share = error / allowed[i];
        }

        (Ulps, Share, At, Count) = (ulps, share, at, Count + count);
    }

    /// <summary>Adds what another part of the sweep found.</summary>
    public void Take(UlpRow other)
    {
        Count += other.Count;
        if (!(other.Ulps <= Ulps)) (Ulps, At) = (other.Ulps, other.At);
        if (!(other.Share <= Share)) Share = other.Share;
    }
}
