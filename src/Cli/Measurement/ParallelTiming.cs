using System.Diagnostics;

namespace EfficientNet.Cli.Measurement;

/// <summary>Times work that several threads do at once.</summary>
internal static class ParallelTiming
{
    /// <summary>Seconds from the moment when all threads are ready to the moment when the last is done.</summary>
    /// <param name="threads">Threads, the caller's included.</param>
    /// <param name="work">One thread's work; takes its number, from 0.</param>
    /// <exception cref="OutOfMemoryException">A thread cannot be had; those that were started end.</exception>
    public static double Seconds(int threads, Action<int> work)
    {
        // Negative when it will not come to the work.
        int ready = 0;
        var others = new Thread[threads - 1];
        for (int i = 0; i < others.Length; i++)
        {
            int number = i + 1;
            others[i] = new Thread(() =>
            {
                Interlocked.Increment(ref ready);
                while (Volatile.Read(ref ready) is var now && now < threads)
                {
                    if (now < 0) return;
                    Thread.SpinWait(1);
                }

                work(number);
            }) { IsBackground = true };
            try
            {
                others[i].Start();
            }
            catch
            {
                Volatile.Write(ref ready, int.MinValue);
                throw;
            }
        }

        while (Volatile.Read(ref ready) < threads - 1) Thread.SpinWait(1);
        long start = Stopwatch.GetTimestamp();
        Interlocked.Increment(ref ready);
        work(0);
        foreach (Thread other in others) other.Join();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
