using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Tests.Graph;

namespace EfficientNet.Compiler.Tests.Planning;

public class BatchOrderTests
{
    public static TheoryData<string> Names => PublishedNetwork.Names;

    [Theory]
    [InlineData("B0", "6.0")]
    [InlineData("B1", "6.1")]
    [InlineData("B2", "6.1")]
    [InlineData("B3", null)]
    [InlineData("B4", null)]
    [InlineData("B5", null)]
    [InlineData("B6", null)]
    [InlineData("B7", null)]
    [InlineData("Lite0", "6.1")]
    [InlineData("Lite1", "6.1")]
    [InlineData("Lite2", "6.1")]
    [InlineData("Lite3", null)]
    [InlineData("Lite4", "6.1")]
    [InlineData("V2B0", "6.0")]
    [InlineData("V2B1", "6.1")]
    [InlineData("V2B2", "6.1")]
    [InlineData("V2B3", "6.1")]
    [InlineData("V2S", null)]
    [InlineData("V2M", null)]
    [InlineData("V2L", null)]
    public void Small_maps_under_many_weights_are_made_step_by_step(string name, string? first)
    {
        ExecutionPlan plan = PublishedNetwork.Of(name).Plan().Execution;
        FirstStepwise(plan)?.Name.ShouldBe(first);
        plan.ImagesAtOnce.ShouldBe(first is null ? 1 : 4);
    }

    [Fact]
    public void A_network_that_checks_itself_takes_a_batch_image_by_image() =>
        NetworkCompiler.Plan(PublishedNetwork.Of("B0").Spec() with { Checked = true }, CancellationToken.None).Execution.IsStepwise.ShouldBeFalse();

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
        // Alone neither step of block 1.0 has enough weights beside what is alive; in its second step two slots are.
        Slot[] slots =
        [
            new("map", 60, 0, 2, -1), new("sums", 40, 2, 2, -1), new("output", 50, 3, 3, -1), new("of no block", 1000, 0, 0, -1),
        ];
        From([500, 600, 800, 1100, 2400]).ShouldBe(1);
        From([200, 300, 499, 1000, 2400]).ShouldBe(3, "the block has too few");
        From([400, 500, 700, 850, 2400]).ShouldBe(1);
        From([400, 500, 700, 849, 2400]).ShouldBe(4, "the head has too few");
        From([1000, 1100, 1300, 1600, 2400]).ShouldBe(4, "most weights are the stem's");
        From([500, 600, 800, 1100, 2399]).ShouldBe(4, "three more arenas are more than half of the weights");

        int From(long[] packedUpTo) => BatchOrder.StepwiseFrom(steps, packedUpTo, slots, arenaFloats: 400);
    }

    private static Step? FirstStepwise(ExecutionPlan plan) => plan.IsStepwise ? plan.Steps[plan.StepwiseFrom] : null;

    private sealed record Named(string Block) : Step(Block, WeightsAt: 0)
    {
        public override Kernel Kernel => throw new InvalidOperationException("no kernel is asked for");
    }
}
