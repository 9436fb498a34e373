using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Infrastructure;

namespace EfficientNet.Compiler.Passes;

/// <summary>
/// Folds every BatchNorm into the convolution before it: weights are multiplied by gamma / √(variance + epsilon) when they
/// are loaded, and the bias becomes beta − mean · gamma / √(variance + epsilon).
/// </summary>
internal static class BatchNormFolding
{
    public static Network Apply(Network network)
    {
        var rewiring = new Rewiring();
        var folded = new List<Op>();
        foreach (Op op in network.Ops)
        {
            if (op is BatchNormOp norm && folded.Count > 0 && folded[folded.Count - 1] is ConvolutionOp c && c.Id == norm.Input
                && network.UsersOf(c.Id).Count() == 1)
            {
                folded[folded.Count - 1] = c with { BatchNorm = new FoldedBatchNorm(norm.Parameters, norm.Epsilon) };
                rewiring.Replace(norm.Id, c.Id);
            }
            else
            {
                folded.Add(rewiring.Apply(op));
            }
        }

        return new Network(folded.ToEquatableArray(), rewiring.Apply(network.Blocks));
    }
}
