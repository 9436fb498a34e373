using EfficientNet.Compiler.Graph;

namespace EfficientNet.Compiler.Planning;

/// <summary>What a step has to do for one image, whatever its kernel does beside it: a roofline's two sides.</summary>
/// <param name="MultiplyAdds">Multiply-adds of the layers whose weights the step owns; all steps' sum is the network's.</param>
/// <param name="WeightFloats">Floats of packed weights from the step's first to the next step's.</param>
/// <param name="MapFloats">Floats of the image, of the arena's slots, of features and logits that it reads and writes, sums and gates left out.</param>
internal readonly record struct StepCost(long MultiplyAdds, long WeightFloats, long MapFloats)
{
    public static StepCost[] Of(Network network, ExecutionPlan plan)
    {
        Dictionary<string, Op> ops = network.Ops.ToDictionary(op => op.Name, StringComparer.Ordinal);
        var costs = new StepCost[plan.Steps.Count];
        for (int i = 0; i < costs.Length; i++)
        {
            long begin = plan.Steps[i].WeightsAt;
            long end = i + 1 < costs.Length ? plan.Steps[i + 1].WeightsAt : plan.PackedFloats;
            long multiplyAdds = plan.Weights.Where(layer => layer.At >= begin && layer.At < end).Sum(layer => Network.MultiplyAddsOf(ops[layer.Layer]));
            costs[i] = new StepCost(multiplyAdds, end - begin, MapsOf(plan.Steps[i], plan, network.Ops[0].Output.Elements));
        }

        return costs;
    }

    private static long MapsOf(Step step, ExecutionPlan plan, long image)
    {
        return step switch
        {
            StemStep t => image + Floats(t.Output),
            DepthwiseStep t => Floats(t.Input) + All(t.Output.All),
            GateStep t => t.Gate.KeepsGates ? 0 : 2 * All(t.Map.All),
            ProjectionStep t => All([t.Residual, .. t.Parts.SelectMany(part => new[] { part.Input, part.Output })]),
            FusedMBConvStep t => All([t.Input, t.Residual, t.Output]),
            AddHalvesStep t => All([t.Output, t.Residual, .. t.Parts.All]),
            HeadStep t => Floats(t.Input),
            ClassifierStep t => t.Classifier.FullyConnected.Reduction + t.Classifier.FullyConnected.Outputs,
            _ => throw new InvalidOperationException($"no maps for {step.GetType().Name}"),
        };

        long All(IEnumerable<int> slots) => slots.Where(slot => slot >= 0).Distinct().Sum(slot => plan.Slots[slot].Floats);

        long Floats(int slot) => slot < 0 ? image : plan.Slots[slot].Floats;
    }
}
