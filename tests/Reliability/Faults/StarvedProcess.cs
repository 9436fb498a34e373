using EfficientNet.Reliability.Tests.Networks;
using EfficientNet.Reliability.Tests.Support;
using EfficientNet.Runtime;
using EfficientNet.Training;

namespace EfficientNet.Reliability.Tests.Faults;

/// <summary>A process that may take little more address space than it has: asks for arenas, weights, trainers and threads that cannot be had, then works on.</summary>
internal static class StarvedProcess
{
    // Enough for the memory of 256 workers, not for their stacks.
    private const long Room = 160L << 20;

    /// <summary>Writes a line for each thing that was asked for.</summary>
    public static void Run()
    {
        using var model = new TinyModel(1);
        using Tiny network = model.Load();
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmSize:", StringComparison.Ordinal));
        nuint limit = (nuint)(1024 * long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]) + Room);
        ProcessLimit.AddressSpace.Set(limit);
        Ask("arena", () => network.CreateSession(1, maximumBatch: 1 << 24));
        Ask("weights", () => new PackedWeights(Room));
        Ask("trainer", () => new Trainer(Tiny.CreateTraining(), new TrainerOptions { Threads = 1, MaximumBatch = 1 << 16 }));
        Ask("threads", () => network.CreateSession(WorkerTeam.MaximumWorkers));
        Console.WriteLine($"workers left {ProcessCounts.WorkersLeft()}");
        using Session session = network.CreateSession(2);
        float[] logits = new float[model.Logits.Length];
        session.Forward(model.Images, logits);
        Console.WriteLine($"works on {logits.AsSpan().SequenceEqual(model.Logits)}");
    }

    private static void Ask(string what, Func<IDisposable> ask)
    {
        try
        {
            using IDisposable got = ask();
            Console.WriteLine($"{what}: got it");
        }
        catch (Exception exception)
        {
            Console.WriteLine($"{what}: {exception.GetType().Name}: {exception.Message}");
        }
    }
}
