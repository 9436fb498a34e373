namespace EfficientNet.Compiler.Planning;

/// <summary>
/// Gives every slot its place: one by one, each at the lowest address where no slot alive at the same time lies.
/// The order decides how much is lost between slots, so a few are tried and the smallest arena is kept.
/// </summary>
internal static class ArenaLayout
{
    /// <summary>Floats around every slot of a checked network, and behind its scratch, that belong to nobody.</summary>
    public const int GuardFloats = MapLayout.Lanes;

    /// <summary>Places slots, and says how long the arena is.</summary>
    /// <param name="slots">The slots.</param>
    /// <param name="apart">Whether guards are to lie between any two that live at once, and at both ends.</param>
    public static (List<Slot> Slots, long Floats) Place(IReadOnlyList<Slot> slots, bool apart)
    {
        if (!apart)
        {
            List<Slot> close = Place(slots);
            return (close, Size(close));
        }

        List<Slot> wider = Place(slots.Select(slot => slot with { Floats = slot.Floats + GuardFloats }).ToList());
        return (wider.Select(slot => slot with { At = slot.At + GuardFloats, Floats = slot.Floats - GuardFloats }).ToList(), Size(wider) + GuardFloats);
    }

    /// <summary>
    /// Every home has a stretch of the arena to itself, so that nobody else ever writes there, and nobody else's copies of its lines have to be called back
    /// before one is written. What is everybody's lies in the middle: a processor that fetches past the end of its own memory does not reach into the other's.
    /// </summary>
    public static List<Slot> Place(IReadOnlyList<Slot> slots)
    {
        var placed = new Slot[slots.Count];
        long end = 0;
        foreach (Home home in Enum.GetValues(typeof(Home)))
        {
            int[] inHome = Enumerable.Range(0, slots.Count).Where(i => slots[i].Home == home).ToArray();
            List<Slot> stretch = PlaceTightly(inHome.Select(i => slots[i]).ToList());
            for (int i = 0; i < inHome.Length; i++) placed[inHome[i]] = stretch[i] with { At = end + stretch[i].At };
            end += Size(stretch);
        }

        return placed.ToList();
    }

    private static List<Slot> PlaceTightly(IReadOnlyList<Slot> slots)
    {
        int[] all = Enumerable.Range(0, slots.Count).ToArray();
        int Life(int i) => slots[i].LastStep - slots[i].FirstStep + 1;
        IEnumerable<int>[] orders =
        [
            all.OrderByDescending(i => slots[i].Floats),
            all.OrderByDescending(i => slots[i].Floats * Life(i)),
            all.OrderByDescending(Life).ThenByDescending(i => slots[i].Floats),
            all,
        ];
        return orders.Select(order => PlaceInOrder(slots, order)).OrderBy(Size).First();
    }

    private static List<Slot> PlaceInOrder(IReadOnlyList<Slot> slots, IEnumerable<int> order)
    {
        Slot[] placed = slots.ToArray();
        var done = new List<int>();
        foreach (int index in order)
        {
            Slot slot = placed[index];
            long at = 0;
            foreach (Slot other in done.Select(i => placed[i]).OrderBy(s => s.At))
            {
                if (slot.FirstStep > other.LastStep || other.FirstStep > slot.LastStep) continue;
                if (at + slot.Floats <= other.At) break;
                at = Math.Max(at, other.At + other.Floats);
            }

            placed[index] = slot with { At = at };
            done.Add(index);
        }

        return placed.ToList();
    }

    public static long Size(IEnumerable<Slot> slots) => slots.Select(slot => slot.At + slot.Floats).DefaultIfEmpty(0).Max();
}
