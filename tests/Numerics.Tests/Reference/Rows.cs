using System.Numerics;

namespace EfficientNet.Numerics.Tests.Reference;

/// <summary>The two inner loops of <see cref="Linear"/> and its adjoints.</summary>
internal static class Rows
{
    /// <summary>to[i] += factor · from[i].</summary>
    public static void AddScaled(Span<double> to, double factor, ReadOnlySpan<double> from)
    {
        int i = 0;
        for (; i <= to.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            (new Vector<double>(to[i..]) + factor * new Vector<double>(from[i..])).CopyTo(to[i..]);
        }

        for (; i < to.Length; i++) to[i] += factor * from[i];
    }

    /// <summary>Σ a[i] · b[i].</summary>
    public static double Dot(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        var sums = Vector<double>.Zero;
        int i = 0;
        for (; i <= a.Length - Vector<double>.Count; i += Vector<double>.Count) sums += new Vector<double>(a[i..]) * new Vector<double>(b[i..]);
        double sum = Vector.Sum(sums);
        for (; i < a.Length; i++) sum += a[i] * b[i];
        return sum;
    }
}
