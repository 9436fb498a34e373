using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Passes;

/// <summary>Makes an activation part of the convolution whose only reader it is.</summary>
internal static class ActivationFusion
{
    public static Network Apply(Network network)
    {
        var rewiring = new Rewiring();
        var fused = new List<Op>();
        foreach (Op op in network.Ops)
        {
            if (op is ActivationOp activation && fused.Count > 0
                && fused[fused.Count - 1] is ConvolutionOp { Activation: ActivationKind.None } c
                && c.Id == activation.Input && network.UsersOf(c.Id).Count() == 1)
            {
                fused[fused.Count - 1] = c with { Activation = activation.Kind };
                rewiring.Replace(activation.Id, c.Id);
            }
            else
            {
                fused.Add(rewiring.Apply(op));
            }
        }

        return new Network(fused.ToEquatableArray(), rewiring.Apply(network.Blocks));
    }
}
