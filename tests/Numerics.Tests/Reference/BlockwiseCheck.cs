using EfficientNet.Compiler.Graph;

namespace EfficientNet.Numerics.Tests.Reference;

/// <summary>
/// Compares every named map of a float32 evaluation with the naive one, each computed from the evaluation's own preceding maps,
/// so that errors do not add up from block to block and every bound is that of one block.
/// </summary>
internal static class BlockwiseCheck
{
    /// <param name="network">The training graph.</param>
    /// <param name="parameters">The weights.</param>
    /// <param name="input">[1, 3, R, R], exactly what the evaluation was given.</param>
    /// <param name="traced">The evaluation's maps by name, each [1, C, H, W].</param>
    /// <param name="logits">The evaluation's logits.</param>
    /// <returns>The first value outside its bound, in words, or null; and the largest difference as a share of its bound.</returns>
    public static (string? Failure, double WorstShare) Run(Network network, ReferenceNetwork.Parameters parameters, Tensor input,
        IReadOnlyDictionary<string, Tensor> traced, Tensor logits)
    {
        var live = new Dictionary<int, Bounded>();
        var marked = network.Blocks.ToDictionary(mark => mark.Tensor, mark => mark.Name);
        double worst = 0;
        string? failure = null;
        Op last = network.Ops[network.Ops.Count - 1];
        foreach (Op op in network.Ops)
        {
            Bounded expected = ErrorBound.Evaluate(network, op, id => live[id], parameters, input);
            live[op.Id] = expected;
            string? name = ReferenceEquals(op, last) ? "logits" : marked.GetValueOrDefault(op.Id);
            if (name is null) continue;
            Tensor found = name == "logits" ? logits : traced[name];
            failure ??= Compare(name, found, expected, ref worst);
            live[op.Id] = Bounded.Exact(found.Reshape(expected.Value.Shape));
        }

        return (failure, worst);
    }

    private static string? Compare(string name, Tensor found, Bounded expected, ref double worst)
    {
        if (found.Data.Length != expected.Value.Data.Length)
        {
            return $"{name} has {found.Data.Length} values, expected {expected.Value.Data.Length}";
        }

        for (int i = 0; i < found.Data.Length; i++)
        {
            double difference = Math.Abs(found.Data[i] - expected.Value.Data[i]), bound = expected.Error.Data[i];
            if (!(difference <= bound))
            {
                int positions = expected.Value.Positions;
                return $"{name}, channel {i / positions}, position {i % positions} of [{string.Join(", ", expected.Value.Shape)}]: "
                    + $"{found.Data[i]:R}, expected {expected.Value.Data[i]:R}; off by {difference:E2}, bound {bound:E2}";
            }

            if (bound > 0) worst = Math.Max(worst, difference / bound);
        }

        return null;
    }
}
