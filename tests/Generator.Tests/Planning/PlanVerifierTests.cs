using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Tests.Graph;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Planning;

public class PlanVerifierTests
{
    private static readonly ExecutionPlan Sound = NetworkCompiler.Plan(Specs.Valid(Specs.B0), CancellationToken.None).Execution;

    public static TheoryData<string> Names => PublishedNetwork.Names;

    [Fact]
    public void A_sound_plan_passes_through_unchanged() => Sound.Verify().ShouldBeSameAs(Sound);

    [Fact]
    public void Two_live_slots_at_one_place_are_refused_by_name()
    {
        (int first, int second) = Neighbours();
        string message = Refused(Sound with { Slots = Move(second, Sound.Slots[first].At) });
        message.ShouldContain($"'{Sound.Slots[first].Name}'");
        message.ShouldContain($"'{Sound.Slots[second].Name}'");
        message.ShouldContain("overlap");
    }

    [Fact]
    public void Two_live_slots_that_share_their_last_floats_are_refused()
    {
        (int first, int second) = Neighbours();
        Slot low = Sound.Slots[first];
        Refused(Sound with { Slots = Move(second, low.At + low.Floats - MapLayout.Lanes), ArenaFloats = long.MaxValue }).ShouldContain("overlap");
    }

    [Fact]
    public void A_slot_past_the_arena_is_refused() =>
        Refused(Sound with { ArenaFloats = Sound.ArenaFloats - 1 }).ShouldContain("leaves the arena");

    [Fact]
    public void A_slot_that_was_never_placed_is_refused() => Refused(Sound with { Slots = Move(3, -1) }).ShouldContain($"'{Sound.Slots[3].Name}' leaves the arena");

    [Fact]
    public void A_slot_between_cache_lines_is_refused() =>
        Refused(Sound with { Slots = Move(0, Sound.ArenaFloats + 8), ArenaFloats = long.MaxValue }).ShouldContain($"'{Sound.Slots[0].Name}'");

    [Fact]
    public void A_step_that_reads_a_slot_after_its_life_is_refused()
    {
        int read = ((ProjectionStep)Sound.Steps.First(step => step is ProjectionStep { Residual: >= 0 })).Residual;
        Slot slot = Sound.Slots[read];
        Refused(Sound with { Slots = Replace(read, slot with { LastStep = slot.LastStep - 1 }) }).ShouldContain($"uses '{slot.Name}' outside its life");
    }

    [Fact]
    public void A_step_that_writes_a_slot_before_its_life_is_refused()
    {
        int written = ((HeadStep)Sound.Steps[^2]).Output;
        Slot slot = Sound.Slots[written];
        Refused(Sound with { Slots = Replace(written, slot with { FirstStep = slot.FirstStep + 1, LastStep = slot.LastStep + 1 }) }).ShouldContain("'head' uses");
    }

    /// <summary>What a step reads was written by an earlier step, and nobody else wrote to that place in between.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void Every_slot_is_written_in_the_first_step_of_its_life_and_read_in_the_last(string name)
    {
        ExecutionPlan plan = PublishedNetwork.Of(name).Plan().Execution;
        for (int i = 0; i < plan.Slots.Count; i++)
        {
            int[] users = Enumerable.Range(0, plan.Steps.Count).Where(step => SlotsOf(plan.Steps[step]).Any(slot => slot == i || (slot >= 0 && plan.Slots[slot].Copy == i))).ToArray();
            users.First().ShouldBe(plan.Slots[i].FirstStep, plan.Slots[i].Name);
            users.Last().ShouldBe(plan.Slots[i].LastStep, plan.Slots[i].Name);
        }
    }

    private static IEnumerable<int> SlotsOf(Step step) => step switch
    {
        StemStep s => [s.Output],
        DepthwiseStep s => [s.Input, s.Output.First, s.Output.Second, s.Pooled, s.Partial],
        GateStep s => [s.Map.First, s.Map.Second, s.Pooled, s.Partial, s.Gates],
        ProjectionStep s => [s.Residual, .. s.Parts.SelectMany(part => new[] { part.Input, part.Gates, part.Output })],
        FusedMBConvStep s => [s.Input, s.Residual, s.Output],
        AddHalvesStep s => [s.Parts.First, s.Parts.Second, s.Residual, s.Output],
        HeadStep s => [s.Input, s.Output],
        ClassifierStep => [],
        _ => throw new InvalidOperationException(step.GetType().Name),
    };

    /// <summary>Two slots that live together, the second of them after the first in memory.</summary>
    private static (int First, int Second) Neighbours() => (
        from first in Enumerable.Range(0, Sound.Slots.Count)
        from second in Enumerable.Range(0, Sound.Slots.Count)
        let a = Sound.Slots[first]
        let b = Sound.Slots[second]
        where first != second && a.FirstStep <= b.LastStep && b.FirstStep <= a.LastStep && a.At < b.At
        select (first, second)).First();

    private static EquatableArray<Slot> Move(int index, long at) => Replace(index, Sound.Slots[index] with { At = at });

    private static EquatableArray<Slot> Replace(int index, Slot slot) => Sound.Slots.Select((old, i) => i == index ? slot : old).ToEquatableArray();

    private static string Refused(ExecutionPlan plan)
    {
        string message = Should.Throw<InvalidOperationException>(() => plan.Verify()).Message;
        message.ShouldStartWith("the plan is broken: ");
        return message;
    }
}
