using System.Numerics;
using System.Runtime.CompilerServices;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Measurement;

/// <summary>How fast this processor reads memory in order, all of it again and again.</summary>
internal static unsafe class ReadBandwidth
{
    private const int Repetitions = 5;

    /// <summary>Measures the best of some readings, in 10⁹ bytes a second over all threads.</summary>
    /// <param name="floats">Length of what is read: where it lies between two readings depends on it.</param>
    /// <param name="threads">Threads that read at once, each a part of its own.</param>
    public static double Measure(long floats, int threads)
    {
        // Allocated as weights are, so that it lies in pages of the same kind.
        using var buffer = new PackedWeights(floats);
        new Span<float>(buffer.Pointer, checked((int)floats)).Fill(1);
        long part = floats / threads / (4 * Vector<float>.Count) * (4 * Vector<float>.Count);
        float* first = buffer.Pointer;
        double best = double.PositiveInfinity;
        for (int i = 0; i < Repetitions; i++) best = Math.Min(best, ParallelTiming.Seconds(threads, thread => Sum(first + thread * part, part)));
        return part * threads * sizeof(float) / best / 1e9;
    }

    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static float Sum(float* from, long floats)
    {
        Vector<float> a = default, b = default, c = default, d = default;
        for (long i = 0; i < floats; i += 4 * Vector<float>.Count)
        {
            a += Vector.Load(from + i);
            b += Vector.Load(from + i + Vector<float>.Count);
            c += Vector.Load(from + i + 2 * Vector<float>.Count);
            d += Vector.Load(from + i + 3 * Vector<float>.Count);
        }

        return Vector.Sum(a + b + c + d);
    }
}
