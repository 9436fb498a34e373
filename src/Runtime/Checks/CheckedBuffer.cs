namespace EfficientNet.Runtime;

/// <summary>A buffer of slots, which poison surrounds: a line at least lies before and behind each, and fills all places whose slots are not alive.</summary>
public sealed unsafe class CheckedBuffer
{
    private readonly string _name;
    private readonly IReadOnlyList<SlotDescription> _slots;

    /// <summary>Describes the buffer. Generated code does this.</summary>
    /// <param name="name">What messages call it.</param>
    /// <param name="floats">Its length, of a single image where it is kept of every image.</param>
    /// <param name="slots">Its slots, in any order.</param>
    public CheckedBuffer(string name, long floats, IReadOnlyList<SlotDescription> slots)
    {
        ArgumentNullException.ThrowIfNull(slots);
        _name = name;
        Floats = floats;
        _slots = [.. slots.OrderBy(slot => slot.At)];
    }

    /// <summary>Its length, of a single image where it is kept of every image.</summary>
    internal long Floats { get; }

    /// <summary>Forgets everything.</summary>
    internal void Begin(float* memory, long images)
    {
        Poison.Fill(memory, Floats * images);
    }

    /// <summary>What is wrong behind a step, or null.</summary>
    internal string? Check(float* memory, long images, int step)
    {
        SlotDescription? before = null;
        long end = 0;
        foreach (SlotDescription slot in _slots)
        {
            if (!IsAlive(slot, step))
                continue;
            long at = slot.At * images;
            long changed = Poison.FindChanged(memory + end, at - end);
            if (changed >= 0)
                return Overstepped(end + changed, images, step, before, slot);
            end = at + slot.Floats * images;
            long computed = Poison.FindComputedFrom(memory + at, end - at);
            if (computed >= 0)
                return $"float {computed} of {_name} slot '{slot.Name}' was computed from memory that holds nothing";
            before = slot;
        }

        long last = Poison.FindChanged(memory + end, Floats * images - end);
        return last < 0 ? null : Overstepped(end + last, images, step, before, behind: null);
    }

    /// <summary>Takes back the slots that nobody reads any more.</summary>
    internal void Release(float* memory, long images, int step)
    {
        foreach (SlotDescription slot in _slots)
        {
            if (slot.LastStep == step)
                Poison.Fill(memory + slot.At * images, slot.Floats * images);
        }
    }

    private static bool IsAlive(SlotDescription slot, int step)
    {
        return slot.FirstStep <= step && step <= slot.LastStep;
    }

    /// <summary>Where a float lies that belongs to no slot alive: named after the nearer neighbour, and after the slots that were or will be there.</summary>
    private string Overstepped(long place, long images, int step, SlotDescription? before, SlotDescription? behind)
    {
        long past = before is null ? long.MaxValue : place - (before.At + before.Floats) * images;
        long ahead = behind is null ? long.MaxValue : behind.At * images - place;
        string where = past == long.MaxValue && ahead == long.MaxValue ? $"float {place}"
            : past <= ahead ? $"float {past} behind the end of slot '{before!.Name}'" : $"{ahead} {(ahead == 1 ? "float" : "floats")} before slot '{behind!.Name}'";
        string[] others = [.. _slots.Where(slot => !IsAlive(slot, step) && slot.At * images <= place && place < (slot.At + slot.Floats) * images)
            .Select(slot => $"'{slot.Name}' {(slot.LastStep < step ? "was until step" : "will be from step")} {(slot.LastStep < step ? slot.LastStep : slot.FirstStep)}")];
        return $"the {_name} was written where no slot is alive, {where}{(others.Length == 0 ? "" : $" (there {string.Join(", ", others)})")}";
    }
}
