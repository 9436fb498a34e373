using System.Diagnostics;

namespace EfficientNet.Benchmarks.Data;

/// <summary>How often something can be done in a second of one core: counted in the process' own processor time, so that a busy machine matters less.</summary>
internal static class Rate
{
    private const int Rounds = 5;

    /// <summary>The best of a few rounds, after one that does not count.</summary>
    /// <param name="seconds">Processor time of a round.</param>
    /// <param name="images">Images of one call.</param>
    /// <param name="make">Makes them.</param>
    public static double Of(double seconds, int images, Action make)
    {
        double best = 0;
        for (int round = -1; round < Rounds; round++)
        {
            TimeSpan start = Spent();
            int made = 0;
            while ((Spent() - start).TotalSeconds < seconds)
            {
                make();
                made += images;
            }

            if (round >= 0)
                best = Math.Max(best, made / (Spent() - start).TotalSeconds);
        }

        return best;
    }

    private static TimeSpan Spent()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime;
    }
}
