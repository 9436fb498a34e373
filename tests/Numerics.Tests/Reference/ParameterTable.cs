using EfficientNet.Compiler.Graph;

namespace EfficientNet.Numerics.Tests.Reference;

/// <summary>Every tensor that a training graph reads from a weight file, with its shape, in the graph's order.</summary>
internal static class ParameterTable
{
    public static IReadOnlyList<(string Name, int[] Shape)> Of(Network network, Naming naming) =>
        network.Ops.SelectMany(op => Of(op, naming)).ToList();

    private static IEnumerable<(string Name, int[] Shape)> Of(Op op, Naming naming)
    {
        switch (op)
        {
            case ConvolutionOp c:
                yield return ($"{naming.Of(c.Parameters)}.weight", [c.Output.Channels, c.InputsPerGroup, c.Geometry.Kernel, c.Geometry.Kernel]);
                if (c.HasBias) yield return ($"{naming.Of(c.Parameters)}.bias", [c.Output.Channels]);
                break;
            case BatchNormOp b:
                foreach (string role in new[] { "weight", "bias", "running_mean", "running_var" })
                {
                    yield return ($"{naming.Of(b.Parameters)}.{role}", [b.Output.Channels]);
                }

                break;
            case LinearOp l:
                yield return ($"{naming.Of(l.Parameters)}.weight", [l.Output.Channels, l.InputChannels]);
                yield return ($"{naming.Of(l.Parameters)}.bias", [l.Output.Channels]);
                break;
        }
    }
}
