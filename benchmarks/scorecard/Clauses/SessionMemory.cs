using System.Globalization;
using EfficientNet.Benchmarks.Networks;
using EfficientNet.Benchmarks.Reference;
using EfficientNet.Benchmarks.Scorecard.Model;
using EfficientNet.Runtime;
using EfficientNet.Tests;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>What a network holds while it runs, against what the compiler planned.</summary>
internal sealed class SessionMemory : IClauseGroup
{
    private const int Calls = 100;
    private const int Reloads = 10;
    private const double Tolerance = 0.05;

    public string Name => "memory";

    public IEnumerable<Row> Measure(bool quick)
    {
        foreach (BenchmarkNetwork network in BenchmarkNetwork.Smallest)
        {
            foreach (int threads in new[] { 1, 2 })
            {
                string who = $"{network.Name}, {threads} thread{(threads == 1 ? "" : "s")}";
                long[] found = Run("memory", network, threads);
                NetworkDescription plan = network.Description;
                long planned = 4 * (plan.PackedFloats + plan.ArenaFloats + threads * plan.ScratchFloats);
                long grown = found[1];
                yield return Row.Of(
                    $"Session memory, {who}: resident after {Calls} calls = packed weights + planned arena",
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{Mebibytes(grown)} resident; planned {Mebibytes(planned)} = {Mebibytes(4 * plan.PackedFloats)} weights + {Mebibytes(4 * plan.ArenaFloats)} arena + {Mebibytes(4 * threads * plan.ScratchFloats)} scratch; session allocated {Mebibytes(found[0])}"),
                    "within 5 %",
                    Math.Abs(grown - planned) <= Tolerance * planned);
                yield return Row.Of($"Managed memory that {Calls} calls allocate, {who}", $"{found[2]} bytes", "0", found[2] == 0);
            }

            yield return Row.Of(
                $"Resident memory that stays after {network.Name} was loaded, used and disposed {Reloads} times, runtime's and compiled code included",
                Mebibytes(Run("reload", network, 2)[0]));
        }
    }

    /// <summary>In a fresh process: bytes of the session, growth of the resident anonymous memory, bytes that calls allocate.</summary>
    public static IEnumerable<string> MemoryProbe(string[] arguments)
    {
        (BenchmarkNetwork network, int threads, string weights) = Parse(arguments);
        float[] input = WeightRule.Input(1, network.Description.Resolution);
        float[] logits = new float[network.Description.Classes];

        // The first turn brings code, buffers of the reader and the like: what stays of it is not the network's.
        Use(network, weights, threads, input, logits);
        Settle();
        long before = Resident();
        (long session, long allocated, long after) = Use(network, weights, threads, input, logits);
        return [.. new[] { session, after - before, allocated }.Select(value => value.ToString(CultureInfo.InvariantCulture))];
    }

    /// <summary>In a fresh process: what stays resident of a network that was loaded, used and disposed some times.</summary>
    public static IEnumerable<string> ReloadProbe(string[] arguments)
    {
        (BenchmarkNetwork network, int threads, string weights) = Parse(arguments);
        float[] input = WeightRule.Input(1, network.Description.Resolution);
        float[] logits = new float[network.Description.Classes];
        Settle();
        long before = Resident();
        for (int i = 0; i < Reloads; i++)
        {
            using CompiledNetwork loaded = network.Load(weights, NetworkOptions.Default);
            using Session session = loaded.CreateSession(threads);
            session.Forward(input, logits);
        }

        Settle();
        return [(Resident() - before).ToString(CultureInfo.InvariantCulture)];
    }

    private static (BenchmarkNetwork Network, int Threads, string Weights) Parse(string[] arguments) =>
        (BenchmarkNetwork.Named(arguments[0]), int.Parse(arguments[1], CultureInfo.InvariantCulture), arguments[2]);

    private static long[] Run(string probe, BenchmarkNetwork network, int threads)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("efficientnet-memory-");
        try
        {
            return Probe.Run([probe, network.Name, $"{threads}", network.PeerWeights(folder.FullName)])
                .Select(line => long.Parse(line, CultureInfo.InvariantCulture)).ToArray();
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static (long Session, long Allocated, long Resident) Use(BenchmarkNetwork network, string weights, int threads, float[] input, float[] logits)
    {
        using CompiledNetwork loaded = network.Load(weights, NetworkOptions.Default);
        using Session session = loaded.CreateSession(threads);
        Allocated(session, input, logits);
        // The runtime's own threads allocate now and then; a call that allocates does so in every attempt.
        long allocated = Enumerable.Range(0, 3).Select(_ => Allocated(session, input, logits)).ToArray().Min();
        Settle();
        return (session.Bytes, allocated, Resident());
    }

    private static long Allocated(Session session, float[] input, float[] logits)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < Calls; i++) session.Forward(input, logits);
        return GC.GetTotalAllocatedBytes(precise: true) - before;
    }

    private static void Settle()
    {
        for (int i = 0; i < 2; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }
    }

    /// <summary>Resident memory that no file backs, in bytes.</summary>
    private static long Resident()
    {
        const string status = "/proc/self/status";
        if (!File.Exists(status)) throw new PlatformNotSupportedException("resident memory is read from /proc, which is not here");
        string line = File.ReadLines(status).First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    private static string Mebibytes(long bytes) => (bytes / 1048576.0).ToString("F2", CultureInfo.InvariantCulture) + " MiB";
}
