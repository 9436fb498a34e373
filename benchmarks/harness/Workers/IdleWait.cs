using System.Diagnostics;
using System.Globalization;

namespace EfficientNet.Benchmarks.Workers;

/// <summary>Waits until a process computes no more, so that one engine's spinning is not another's loss.</summary>
internal static class IdleWait
{
    private const int WindowMilliseconds = 5;
    private const long IdleNanoseconds = 250_000;
    private const int LongestMilliseconds = 2000;

    /// <summary>Returns after a window in which the process used less than a twentieth of one processor.</summary>
    /// <exception cref="WorkerException">It goes on computing.</exception>
    public static void For(Process process)
    {
        if (!File.Exists("/proc/self/schedstat"))
        {
            // No fine clock of other processes' work here: longer than any pool is known to spin.
            Thread.Sleep(300);
            return;
        }

        long since = Stopwatch.GetTimestamp();
        long before = ProcessorNanoseconds(process.Id);
        do
        {
            Thread.Sleep(WindowMilliseconds);
            long now = ProcessorNanoseconds(process.Id);
            // Less than before where a thread ended, which took its time along.
            if (now >= before && now - before < IdleNanoseconds) return;
            before = now;
        }
        while (Stopwatch.GetElapsedTime(since).TotalMilliseconds < LongestMilliseconds);

        throw new WorkerException($"process {process.Id} still computes {LongestMilliseconds} ms after its work.");
    }

    /// <summary>Time on a processor of all threads that live, from the scheduler's own count.</summary>
    private static long ProcessorNanoseconds(int process)
    {
        long sum = 0;
        foreach (string task in Directory.EnumerateDirectories($"/proc/{process}/task"))
        {
            try
            {
                string text = File.ReadAllText(Path.Combine(task, "schedstat"));
                sum += long.Parse(text.AsSpan(0, text.IndexOf(' ', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // The thread ended between the listing and the reading.
            }
        }

        return sum;
    }
}
