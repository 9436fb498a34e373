using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Tests.Graph;

namespace EfficientNet.Compiler.Tests.Planning;

public class ArenaLayoutTests
{
    private static readonly Home[] Homes = Enum.GetValues<Home>();

    public static TheoryData<string> Names => PublishedNetwork.Names;

    [Fact]
    public void Random_slots_never_overlap_while_both_live()
    {
        var random = new Random(1);
        for (int round = 0; round < 300; round++)
        {
            Slot[] slots = RandomSlots(random);
            List<Slot> placed = ArenaLayout.Place(slots);
            placed.Select(slot => slot with { At = -1 }).ShouldBe(slots, $"round {round}: places are all that changes");
            EnsureApart(placed, $"round {round}");
            placed.ShouldAllBe(slot => slot.At >= 0 && slot.At % MapLayout.Lanes == 0);
            ArenaLayout.Size(placed).ShouldBe(placed.Max(slot => slot.At + slot.Floats));
            ArenaLayout.Size(placed).ShouldBeGreaterThanOrEqualTo(MostAtOnce(slots));
        }
    }

    [Fact]
    public void Guards_lie_around_every_slot_of_a_checked_network()
    {
        var random = new Random(2);
        for (int round = 0; round < 100; round++)
        {
            Slot[] slots = RandomSlots(random);
            (List<Slot> placed, long floats) = ArenaLayout.Place(slots, apart: true);
            placed.Select(slot => slot with { At = -1 }).ShouldBe(slots, $"round {round}: places are all that changes");
            EnsureApart([.. placed.Select(slot => slot with { At = slot.At - ArenaLayout.GuardFloats, Floats = slot.Floats + ArenaLayout.GuardFloats })], $"round {round}");
            floats.ShouldBe(ArenaLayout.Size(placed) + ArenaLayout.GuardFloats);
            (placed, floats) = ArenaLayout.Place(slots, apart: false);
            placed.ShouldBe(ArenaLayout.Place(slots));
            floats.ShouldBe(ArenaLayout.Size(placed));
        }
    }

    [Fact]
    public void Slots_that_never_live_together_share_a_place()
    {
        List<Slot> placed = ArenaLayout.Place([new Slot("a", 64, 0, 1, -1), new Slot("b", 32, 2, 3, -1), new Slot("c", 64, 4, 4, -1)]);
        placed.ShouldAllBe(slot => slot.At == 0);
        ArenaLayout.Size(placed).ShouldBe(64);
    }

    [Fact]
    public void Slots_that_meet_in_one_step_lie_apart()
    {
        List<Slot> placed = ArenaLayout.Place([new Slot("read", 64, 0, 1, -1), new Slot("written", 32, 1, 2, -1)]);
        placed.Select(slot => slot.At).ShouldBe([0, 64]);
    }

    [Fact]
    public void A_gap_between_two_slots_is_used()
    {
        // b dies early: d fits exactly where b lay, between a and c.
        List<Slot> placed = ArenaLayout.Place([new Slot("a", 96, 0, 9, -1), new Slot("b", 80, 0, 3, -1), new Slot("c", 64, 0, 9, -1), new Slot("d", 32, 5, 9, -1)]);
        placed.Select(slot => slot.At).ShouldBe([0, 96, 176, 96]);
    }

    [Fact]
    public void Nothing_needs_no_arena() => ArenaLayout.Size(ArenaLayout.Place([])).ShouldBe(0);

    [Fact]
    public void Homes_lie_in_their_order_one_behind_the_other()
    {
        var random = new Random(3);
        for (int round = 0; round < 100; round++)
        {
            Slot[] slots = [.. RandomSlots(random).Select(slot => slot with { Home = (Home)random.Next(Homes.Length) })];
            List<Slot> placed = ArenaLayout.Place(slots);
            placed.Select(slot => slot with { At = -1 }).ShouldBe(slots, $"round {round}: places are all that changes");
            EnsureApart(placed, $"round {round}");
            long end = 0;
            foreach (Home home in Homes)
            {
                Slot[] here = [.. placed.Where(slot => slot.Home == home)];
                here.ShouldAllBe(slot => slot.At >= end);
                end = here.Select(slot => slot.At + slot.Floats).DefaultIfEmpty(end).Max();
            }
        }
    }

    /// <summary>The layout is greedy: it may waste some, and here is how much at most. A home that holds little for a while is not lent to another.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void The_arena_of_a_published_network_is_at_most_a_third_above_what_lives_in_its_homes_at_once(string name)
    {
        ExecutionPlan plan = PublishedNetwork.Of(name).Plan().Execution;
        EnsureApart(plan.Slots, name);
        plan.ArenaFloats.ShouldBe(ArenaLayout.Size(plan.Slots));
        long atOnce = Enum.GetValues<Home>().Sum(home => MostAtOnce(plan.Slots.Where(slot => slot.Home == home)));
        ((double)plan.ArenaFloats).ShouldBeLessThanOrEqualTo(1.35 * atOnce);
        // Fused blocks, the first ones of V2, have maps in no home: what they need is not lent to the later ones' homes either.
        ((double)plan.ArenaFloats).ShouldBeLessThanOrEqualTo((PublishedNetwork.Of(name).IsV2 ? 1.7 : 1.6) * MostAtOnce(plan.Slots));
    }

    private static Slot[] RandomSlots(Random random) => Enumerable.Range(0, random.Next(1, 40)).Select(i =>
    {
        int first = random.Next(0, 30);
        return new Slot($"s{i}", MapLayout.Lanes * random.Next(1, 50), first, first + random.Next(0, 8), -1);
    }).ToArray();

    /// <summary>The floats alive in the fullest step: no layout can do with fewer.</summary>
    private static long MostAtOnce(IEnumerable<Slot> slots) =>
        Enumerable.Range(0, slots.Max(slot => slot.LastStep) + 1).Max(step => slots.Where(slot => slot.FirstStep <= step && step <= slot.LastStep).Sum(slot => slot.Floats));

    /// <summary>Step by step in the order of places, not pair by pair as the planner does.</summary>
    private static void EnsureApart(IReadOnlyList<Slot> placed, string name)
    {
        foreach (int step in Enumerable.Range(0, placed.Max(slot => slot.LastStep) + 1))
        {
            long end = 0;
            string before = "";
            foreach (Slot slot in placed.Where(slot => slot.FirstStep <= step && step <= slot.LastStep).OrderBy(slot => slot.At))
            {
                slot.At.ShouldBeGreaterThanOrEqualTo(end, $"{name}, step {step}: {before} and {slot.Name}");
                end = slot.At + slot.Floats;
                before = slot.Name;
            }
        }
    }
}
