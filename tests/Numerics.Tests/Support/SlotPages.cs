using System.Runtime.InteropServices;
using EfficientNet.Compiler;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>
/// A layout in the planner's place: every slot has pages of its own, ends where they end, and behind them is a page that may not be touched. What is left
/// of a slot's first page is before it, and holds a sentinel.
/// </summary>
/// <remarks>Places of vectors are of a single image: of several all of it is as many times as long, and pages stay whole pages. Maps lie image after image, each on whole pages.</remarks>
internal static class SlotPages
{
    /// <summary>The plan with the slots of its forward pass, and of its training step if it has one, on pages of their own.</summary>
    public static CompiledPlan Apart(CompiledPlan plan)
    {
        EquatableArray<Slot> arena = Apart(plan.Execution.Slots);
        if (plan.Step is { } step)
        {
            (EquatableArray<Slot> maps, EquatableArray<Slot> vectors, EquatableArray<Slot> records) = (Apart(step.Maps), Apart(step.Vectors), Apart(step.Records));
            Operand Moved(Operand operand) => operand.Buffer switch
            {
                Compiler.Planning.Training.Buffer.Maps => operand with { At = maps[operand.Slot].At },
                Compiler.Planning.Training.Buffer.Vectors => operand with { At = vectors[operand.Slot].At },
                Compiler.Planning.Training.Buffer.Records => operand with { At = records[operand.Slot].At },
                _ => operand,
            };
            plan = plan with
            {
                Step = step with
                {
                    Maps = maps,
                    Vectors = vectors,
                    Records = records,
                    Sections = step.Sections.Select(section => section with
                    {
                        Calls = section.Calls.Select(call => call with { Operands = call.Operands.Select(Moved).ToEquatableArray() }).ToEquatableArray(),
                    }).ToEquatableArray(),
                    Sizes = step.Sizes with { MapsOfImage = Floats(maps), VectorsOfImage = Floats(vectors), Records = Floats(records) },
                },
            };
        }

        return plan with { Execution = plan.Execution with { Slots = arena, ArenaFloats = Floats(arena) } };
    }

    /// <summary>A buffer for slots that lie apart: pages between them are forbidden, everything else holds the sentinel.</summary>
    /// <param name="slots">The slots.</param>
    /// <param name="times">How many images' vectors lie side by side in a slot.</param>
    /// <param name="images">How often all of it follows itself: once for the maps of every image.</param>
    public static GuardedBuffer Allocate(EquatableArray<Slot> slots, int times = 1, int images = 1)
    {
        var buffer = new GuardedBuffer(Floats(slots) * times * images, Guard.Before);
        buffer.Span.Fill(GuardedBuffer.Sentinel);
        long end = 0;
        foreach (Place place in Places(slots, times, images))
        {
            buffer.Forbid(end, place.FirstPage - end);
            end = place.End;
        }

        return buffer;
    }

    /// <summary>The slots before which something was written; none, as it should be.</summary>
    public static IEnumerable<string> Underrun(GuardedBuffer buffer, EquatableArray<Slot> slots, int times = 1, int images = 1)
    {
        foreach (Place place in Places(slots, times, images))
        {
            Span<int> before = MemoryMarshal.Cast<float, int>(buffer.Span[checked((int)place.FirstPage)..checked((int)place.At)]);
            if (before.ContainsAnyExcept(BitConverter.SingleToInt32Bits(GuardedBuffer.Sentinel))) yield return place.Name;
        }
    }

    private static IEnumerable<Place> Places(EquatableArray<Slot> slots, int times, int images)
    {
        for (int image = 0; image < images; image++)
        {
            long start = image * Floats(slots);
            foreach (Slot slot in slots)
            {
                long firstPage = slot.At / GuardedBuffer.PageFloats * GuardedBuffer.PageFloats;
                yield return new Place(slot.Name, (start + firstPage) * times, (start + slot.At) * times, (start + slot.At + slot.Floats) * times);
            }
        }
    }

    /// <summary>Slots in the order of their numbers, each behind a page that is forbidden.</summary>
    private static EquatableArray<Slot> Apart(EquatableArray<Slot> slots)
    {
        long end = 0;
        return slots.Select(slot =>
        {
            long pages = (slot.Floats + GuardedBuffer.PageFloats - 1) / GuardedBuffer.PageFloats * GuardedBuffer.PageFloats;
            end += GuardedBuffer.PageFloats + pages;
            return slot with { At = end - slot.Floats };
        }).ToEquatableArray();
    }

    private static long Floats(EquatableArray<Slot> slots) => slots.Count == 0 ? 0 : slots[^1].At + slots[^1].Floats;

    /// <summary>Where a slot lies: its first page, its first float, and the float behind its last.</summary>
    private readonly record struct Place(string Name, long FirstPage, long At, long End);
}
