using System.Runtime.InteropServices;
using EfficientNet.Benchmarks.Networks;
using EfficientNet.Benchmarks.Reference;
using EfficientNet.Benchmarks.Scorecard.Model;
using EfficientNet.Runtime;
using EfficientNet.Tests;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>Results are bitwise equal for every number of threads.</summary>
internal sealed class ThreadEquality : IClauseGroup
{
    private const int Images = 3;

    public string Name => "equality";

    public IEnumerable<Row> Measure(bool quick)
    {
        foreach (BenchmarkNetwork network in BenchmarkNetwork.Smallest)
        {
            using var weights = new ReferenceWeights(network);
            int runs = 0, different = 0;
            foreach (InstructionSet set in ReferenceWeights.InstructionSets)
            {
                using CompiledNetwork loaded = network.Load(weights.Path, new NetworkOptions { InstructionSet = set });
                float[] expected = Logits(loaded, threads: 1, batch: 1);
                foreach ((int threads, int batch) in new[] { (1, Images), (2, 1), (2, Images), (3, 1), (4, 2), (7, 1) })
                {
                    runs++;
                    bool equal = MemoryMarshal.AsBytes(Logits(loaded, threads, batch).AsSpan()).SequenceEqual(MemoryMarshal.AsBytes(expected.AsSpan()));
                    if (!equal) different++;
                }
            }

            yield return Row.Of(
                $"Logits bitwise equal over 1, 2, 3, 4 and 7 threads and passes of 1 to {Images} images, {network.Name}",
                $"{different} of {runs} runs differ ({string.Join(", ", ReferenceWeights.InstructionSets)})",
                "0",
                different == 0 && runs > 0);
        }
    }

    private static float[] Logits(CompiledNetwork network, int threads, int batch)
    {
        using Session session = network.CreateSession(threads, batch);
        var logits = new float[Images * network.Network.Classes];
        session.Forward(WeightRule.Input(Images, network.Network.Resolution), logits);
        return logits;
    }
}
