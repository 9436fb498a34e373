using System.Globalization;
using EfficientNet.Benchmarks.Networks;
using EfficientNet.Benchmarks.Reference;
using EfficientNet.Benchmarks.Scorecard.Model;
using EfficientNet.Runtime;
using EfficientNet.Tests;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>How far logits and blocks are from PyTorch's; the limits are those that the references suggest.</summary>
internal sealed class ReferenceErrors : IClauseGroup
{
    private const double LogitsLimit = 3e-4;
    private const double NormLimit = 2e-4;
    private const double SamplesLimit = 1e-3;

    public string Name => "reference";

    public IEnumerable<Row> Measure(bool quick)
    {
        foreach (BenchmarkNetwork network in BenchmarkNetwork.Smallest)
        {
            using var weights = new ReferenceWeights(network);
            foreach (InstructionSet set in ReferenceWeights.InstructionSets)
            {
                using CompiledNetwork loaded = network.Load(weights.Path, new NetworkOptions { InstructionSet = set });
                using Session session = loaded.CreateSession(threads: 1);
                float[] input = WeightRule.Input(1, weights.Reference.Resolution);
                float[] logits = new float[network.Description.Classes];
                session.Forward(input, logits);
                double distance = LargestDistance.Between(logits, weights.Reference.Logits);
                yield return Row.Of($"Logits against {weights.Reference.Name}, {network.Name}, {set}", Scientific(distance), "≤ 3e-4", distance <= LogitsLimit);

                (double norm, double samples, int blocks) = Blocks(session, input, weights.Reference);
                yield return Row.Of(
                    $"Every block against {weights.Reference.Name}, {network.Name}, {set}",
                    $"norms {Scientific(norm)} relative, samples {Scientific(samples)} of the rms, worst of {blocks}",
                    "≤ 2e-4, ≤ 1e-3",
                    norm <= NormLimit && samples <= SamplesLimit);
            }
        }
    }

    private static (double Norm, double Samples, int Blocks) Blocks(Session session, float[] input, EvalReference reference)
    {
        var maps = new List<float[]>();
        session.Trace(input, (map, values) =>
        {
            // The pooled features are no block: the references keep stem, blocks and head, in the same order.
            if (map.Height * map.Width > 1) maps.Add(values);
        });
        if (maps.Count != reference.Blocks.Count) throw new InvalidOperationException($"{maps.Count} maps for the reference's {reference.Blocks.Count} blocks");
        (double L2, double Samples)[] distances = maps.Zip(reference.Blocks, (map, block) => block.DistanceOf(map)).ToArray();
        return (distances.Max(distance => distance.L2), distances.Max(distance => distance.Samples), maps.Count);
    }

    private static string Scientific(double value) => value.ToString("0.0e-0", CultureInfo.InvariantCulture);
}
