using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Infrastructure;

namespace EfficientNet.Compiler.Passes;

/// <summary>Removes what only training does: dropout and stochastic depth pass their input on.</summary>
internal static class InferenceForm
{
    public static Network Apply(Network network)
    {
        var rewiring = new Rewiring();
        var kept = new List<Op>();
        foreach (Op op in network.Ops)
        {
            if (op is DropoutOp or StochasticDepthOp) rewiring.Replace(op.Id, op.Inputs.Single());
            else kept.Add(rewiring.Apply(op));
        }

        return new Network(kept.ToEquatableArray(), rewiring.Apply(network.Blocks));
    }
}
