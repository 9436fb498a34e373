namespace EfficientNet.Compiler.Planning;

/// <summary>Gives every slot its place: largest first, each at the lowest address where no slot alive at the same time lies.</summary>
internal static class ArenaLayout
{
    public static List<Slot> Place(IReadOnlyList<Slot> slots)
    {
        Slot[] placed = slots.ToArray();
        var done = new List<int>();
        foreach (int index in Enumerable.Range(0, slots.Count).OrderByDescending(i => slots[i].Floats).ThenBy(i => i))
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
