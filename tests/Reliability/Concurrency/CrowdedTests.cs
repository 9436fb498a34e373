using System.Diagnostics;
using EfficientNet.Reliability.Tests.Networks;
using EfficientNet.Reliability.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Reliability.Tests.Concurrency;

/// <summary>Many more threads than processors.</summary>
public class CrowdedTests
{
    private const int Sessions = 24, Threads = 8, Passes = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Every session gets on, each with the right bits, and a thread that only sleeps is woken as on any busy machine.</summary>
    [Fact]
    public void Sessions_and_threads_far_above_the_processors_make_progress_and_leave_the_machine_usable()
    {
        using var model = new TinyModel(1);
        using Tiny network = model.Load();
        int running = Sessions;
        string? wrong = null;
        Thread[] callers = Enumerable.Range(0, Sessions).Select(_ => new Thread(() =>
        {
            using (Session session = network.CreateSession(Threads))
            {
                float[] logits = new float[model.Logits.Length];
                for (int pass = 0; pass < Passes; pass++)
                {
                    session.Forward(model.Images, logits);
                    if (!logits.AsSpan().SequenceEqual(model.Logits)) wrong = "other bits";
                }
            }

            Interlocked.Decrement(ref running);
        }) { IsBackground = true }).ToArray();
        long started = Stopwatch.GetTimestamp();
        foreach (Thread caller in callers) caller.Start();
        List<double> late = [];
        while (Volatile.Read(ref running) > 0)
        {
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(Patience, $"{running} of {Sessions} sessions still run");
            long slept = Stopwatch.GetTimestamp();
            Thread.Sleep(1);
            late.Add(Stopwatch.GetElapsedTime(slept).TotalMilliseconds);
        }

        foreach (Thread caller in callers) caller.Join();
        wrong.ShouldBeNull();
        late.Order().ElementAt(late.Count / 2).ShouldBeLessThan(250, "milliseconds until a thread wakes that slept one");
        ProcessCounts.WorkersLeft().ShouldBe(0);
    }

    [Fact]
    public void Sessions_that_do_nothing_take_no_time_of_the_processors()
    {
        using var model = new TinyModel(1);
        using Tiny network = model.Load();
        Session[] sessions = Enumerable.Range(0, Sessions).Select(_ => network.CreateSession(Threads)).ToArray();
        float[] logits = new float[model.Logits.Length];
        foreach (Session session in sessions) session.Forward(model.Images, logits);
        ProcessCounts.Workers.ShouldBe(Sessions * (Threads - 1));
        // The test host compiles methods anew in between; a thread that spins never lets a second pass without.
        double least = Enumerable.Range(0, 6).Min(_ =>
        {
            TimeSpan before = Environment.CpuUsage.TotalTime;
            Thread.Sleep(500);
            return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
        });
        least.ShouldBeLessThan(50, "milliseconds of all processors within half a second");
        foreach (Session session in sessions) session.Dispose();
        ProcessCounts.WorkersLeft().ShouldBe(0);
    }
}
