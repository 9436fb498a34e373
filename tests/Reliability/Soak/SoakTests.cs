using System.Diagnostics;
using System.Globalization;
using EfficientNet.Reliability.Tests.Networks;
using EfficientNet.Reliability.Tests.Reports;
using EfficientNet.Reliability.Tests.Support;
using EfficientNet.Runtime;
using EfficientNet.Training;
using Xunit.Abstractions;

namespace EfficientNet.Reliability.Tests.Soak;

/// <summary>
/// Load, runs, cancellations, disposals and training at once, for a few seconds with the other tests; alone for two minutes in continuous integration and for an
/// hour by hand: <c>EFFICIENTNET_SOAK_MINUTES</c>.
/// </summary>
public class SoakTests(ITestOutputHelper output)
{
    private const double Seconds = 4;

    // What a heap may differ by between two looks while clients work; a leak of one session in a hundred is more within a minute.
    private const long Wobble = 12L << 20;

    private static readonly int Minutes = ByHand.Count("EFFICIENTNET_SOAK_MINUTES", otherwise: 0);

    [Fact]
    public void Many_clients_at_once_get_the_same_bits_and_nothing_is_left_of_them()
    {
        using var folder = new TemporaryFolder();
        using var model = new TinyModel(1);
        string file = folder.Write("tiny.safetensors", model.Weights);
        double norm;
        using (Trainer trainer = NewTrainer(threads: 1)) norm = FirstStep(trainer, model);
        var counts = new SoakCounts();
        TimeSpan time = Minutes > 0 ? TimeSpan.FromMinutes(Minutes) : TimeSpan.FromSeconds(Seconds);
        int clients = 4 * Environment.ProcessorCount, handles = ProcessCounts.Handles;
        List<long> memory = [];
        using (Tiny shared = model.Load())
        using (var stop = new CancellationTokenSource())
        {
            Thread[] threads = Enumerable.Range(0, clients).Select(number => new Thread(() => new SoakClient(model, shared, file, norm, number, counts).Work(stop.Token))).ToArray();
            foreach (Thread thread in threads) thread.Start();
            long started = Stopwatch.GetTimestamp();
            while (Stopwatch.GetElapsedTime(started) < time && counts.Finding is null)
            {
                Thread.Sleep(time / 40);
                memory.Add(ProcessCounts.Memory());
            }

            stop.Cancel();
            foreach (Thread thread in threads) thread.Join();
        }

        output.WriteLine($"{counts}; memory, MB: {string.Join(' ', memory.Select(Megabytes))}");
        counts.Finding.ShouldBeNull();
        counts.HasAll.ShouldBeTrue(counts.ToString());
        ProcessCounts.WorkersLeft().ShouldBe(0, "threads of teams that are gone");
        // The system's own pools may open one or two once.
        ProcessCounts.Handles.ShouldBeLessThanOrEqualTo(handles + 4);
        if (Minutes == 0) return;
        long early = memory.Skip(memory.Count / 5).Take(memory.Count / 5).Max(), late = memory.TakeLast(memory.Count / 5).Max();
        late.ShouldBeLessThan(early + Wobble, "memory at the end, and in the second fifth");
        // The page has a row for the continuous integration's and one for the hour.
        if (Minutes is not (2 or 60)) return;
        ReliabilityRow.Note(string.Create(CultureInfo.InvariantCulture, $"soak of {Minutes} minutes"), counts.Batches, $"{clients} clients: {counts}; memory {Megabytes(early)} → {Megabytes(late)} MB; no thread left");
    }

    internal static Trainer NewTrainer(int threads)
    {
        var trainer = new Trainer(Tiny.CreateTraining(), new TrainerOptions { Threads = threads, MaximumBatch = TinyModel.Batch });
        Initialisation.Apply(trainer, 3);
        return trainer;
    }

    /// <summary>Trains once.</summary>
    /// <returns>The norm of the gradients.</returns>
    internal static double FirstStep(Trainer trainer, TinyModel model)
    {
        trainer.Accumulate(model.Images, [.. Enumerable.Range(0, TinyModel.Batch).Select(i => i % Tiny.Classes)]);
        trainer.Update(new SgdOptimizer(), 0.01);
        return trainer.LastGradientNorm;
    }

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString("F1", CultureInfo.InvariantCulture);
}
