using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Tests.Graph;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Planning;

public class StepCostTests
{
    /// <summary>No layer is forgotten and none counts twice, whatever steps the planner cuts the network into.</summary>
    [Theory]
    [MemberData(nameof(PublishedNetwork.Names), MemberType = typeof(PublishedNetwork))]
    public void All_steps_together_are_the_network(string name)
    {
        CompiledPlan plan = PublishedNetwork.Of(name).Plan();
        StepCost[] costs = StepCost.Of(plan.Inference, plan.Execution);
        costs.Length.ShouldBe(plan.Execution.Steps.Count);
        costs.Sum(cost => cost.MultiplyAdds).ShouldBe(plan.Inference.MultiplyAdds);
        costs.Sum(cost => cost.WeightFloats).ShouldBe(plan.Execution.PackedFloats);
        ILookup<bool, StepCost> makeMaps = plan.Execution.Steps.Zip(costs).ToLookup(step => step.First is not GateStep { Gate.KeepsGates: true }, step => step.Second);
        makeMaps[true].ShouldAllBe(cost => cost.MapFloats > 0);
        makeMaps[false].ShouldAllBe(cost => cost.MapFloats == 0);
        costs.Where((_, step) => plan.Execution.Steps[step] is not AddHalvesStep).ShouldAllBe(cost => cost.MultiplyAdds > 0 && cost.WeightFloats > 0);
    }

    /// <summary>By hand, B0's first block and its end: 32 channels of 112×112 from the image, 16 out; 1280 features, 1000 classes.</summary>
    [Fact]
    public void The_costs_of_B0_are_those_of_its_layers()
    {
        CompiledPlan plan = NetworkCompiler.Plan(Specs.Valid(Specs.B0), CancellationToken.None);
        StepCost[] costs = StepCost.Of(plan.Inference, plan.Execution);
        const long positions = 112 * 112;

        costs[0].MultiplyAdds.ShouldBe(positions * 32 * (27 + 9) + 32 * 8);
        costs[0].MapFloats.ShouldBe((3L * 224 * 224) + (32 * positions));
        costs[1].MultiplyAdds.ShouldBe(8 * 32);
        costs[2].MultiplyAdds.ShouldBe(positions * 32 * 16);
        costs[^1].MultiplyAdds.ShouldBe(1280 * 1000);
        // 1000 classes take 63 blocks of 16, each with its bias.
        costs[^1].WeightFloats.ShouldBe(1281 * 1008);
        costs[^1].MapFloats.ShouldBe(1280 + 1000);
    }
}
