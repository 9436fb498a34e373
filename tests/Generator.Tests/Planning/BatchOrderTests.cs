using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Tests.Graph;

namespace EfficientNet.Compiler.Tests.Planning;

public class BatchOrderTests
{
    public static TheoryData<string> Names => PublishedNetwork.Names;

    [Theory]
    [InlineData("B0", "6.0")]
    [InlineData("B2", "6.1")]
    [InlineData("B4", null)]
    [InlineData("B7", null)]
    [InlineData("Lite0", "6.1")]
    [InlineData("V2B0", "6.0")]
    [InlineData("V2S", null)]
    [InlineData("V2L", null)]
    public void Small_maps_under_many_weights_are_made_step_by_step(string name, string? first)
    {
        ExecutionPlan plan = PublishedNetwork.Of(name).Plan().Execution;
        FirstStepwise(plan)?.Name.ShouldBe(first);
        plan.ImagesAtOnce.ShouldBe(first is null ? 1 : 4);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_by_step_part_begins_with_a_block_and_takes_one_map_over(string name)
    {
        ExecutionPlan plan = PublishedNetwork.Of(name).Plan().Execution;
        if (FirstStepwise(plan) is not { } first) return;
        plan.Steps[plan.StepwiseFrom - 1].Name.ShouldNotBe(first.Name);
        // The block's input, which may lie in two copies.
        List<Slot> carried = plan.Slots.Where(slot => slot.FirstStep < plan.StepwiseFrom && slot.LastStep >= plan.StepwiseFrom).ToList();
        carried.Count.ShouldBeInRange(1, 2);
        carried.Select(slot => slot.Floats).Distinct().Count().ShouldBe(1);
        carried.ShouldAllBe(slot => slot.FirstStep == plan.StepwiseFrom - 1);
    }

    [Fact]
    public void Blocks_count_together_and_the_first_stays_with_the_image()
    {
        Step[] steps = [new Named("stem"), new Named("1.0"), new Named("1.0"), new Named("head"), new Named("classifier")];
        // Alone the first step of block 1.0 has too few weights beside what is alive, its second has enough for both.
        Slot[] slots = [.. Enumerable.Range(0, 5).Select(step => new Slot($"{step}", 100, step, step, -1))];
        From([500, 600, 800, 1100, 2400]).ShouldBe(1);
        From([200, 300, 499, 1099, 2400]).ShouldBe(3, "the block has too few");
        From([200, 300, 499, 798, 2400]).ShouldBe(4, "so has the head");
        From([1000, 1100, 1300, 1600, 2400]).ShouldBe(4, "most weights are the stem's");
        From([500, 600, 800, 1100, 2399]).ShouldBe(4, "three more arenas are more than half of the weights");

        int From(long[] packedUpTo) => BatchOrder.StepwiseFrom(steps, packedUpTo, slots, arenaFloats: 400);
    }

    private static Step? FirstStepwise(ExecutionPlan plan) => plan.StepwiseFrom < plan.Steps.Count - 1 ? plan.Steps[plan.StepwiseFrom] : null;

    private sealed record Named(string Block) : Step(Block)
    {
        public override Kernel Kernel => throw new InvalidOperationException("no kernel is asked for");
    }
}
