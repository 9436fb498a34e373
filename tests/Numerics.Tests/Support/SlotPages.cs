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
/// <remarks>The places are of a single image where memory is kept of every image: of several all of it is as many times as long, and pages stay whole pages.</remarks>
internal static class SlotPages
{
    /// <summary>The plan with the slots of its forward pass, and of its training step if it has one, on pages of their own.</summary>
    public static CompiledPlan Apart(CompiledPlan plan)
    {
        EquatableArray<Slot> arena = Apart(plan.Execution.Slots);
        if (plan.Step is { } step)
        {
            (EquatableArray<Slot> maps, EquatableArray<Slot> records) = (Apart(step.Maps), Apart(step.Records));
            Operand Moved(Operand operand) => operand.Slot < 0 ? operand : operand with { At = (operand.Buffer == Compiler.Planning.Training.Buffer.Maps ? maps : records)[operand.Slot].At };
            plan = plan with
            {
                Step = step with
                {
                    Maps = maps,
                    Records = records,
                    Sections = step.Sections.Select(section => section with
                    {
                        Calls = section.Calls.Select(call => call with { Operands = call.Operands.Select(Moved).ToEquatableArray() }).ToEquatableArray(),
                    }).ToEquatableArray(),
                    Sizes = step.Sizes with { MapsOfImage = Floats(maps), Records = Floats(records) },
                },
            };
        }

        return plan with { Execution = plan.Execution with { Slots = arena, ArenaFloats = Floats(arena) } };
    }

    /// <summary>A buffer for slots that lie apart: pages between them are forbidden, everything else holds the sentinel.</summary>
    public static GuardedBuffer Allocate(EquatableArray<Slot> slots, int images = 1)
    {
        var buffer = new GuardedBuffer(Floats(slots) * images, Guard.Before);
        buffer.Span.Fill(GuardedBuffer.Sentinel);
        long end = 0;
        foreach (Slot slot in slots)
        {
            buffer.Forbid(end, FirstPage(slot) * images - end);
            end = (slot.At + slot.Floats) * images;
        }

        return buffer;
    }

    /// <summary>The slots before which something was written; none, as it should be.</summary>
    public static IEnumerable<string> Underrun(GuardedBuffer buffer, EquatableArray<Slot> slots, int images = 1)
    {
        foreach (Slot slot in slots)
        {
            int first = checked((int)(FirstPage(slot) * images));
            Span<int> before = MemoryMarshal.Cast<float, int>(buffer.Span[first..checked((int)(slot.At * images))]);
            if (before.ContainsAnyExcept(BitConverter.SingleToInt32Bits(GuardedBuffer.Sentinel))) yield return slot.Name;
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

    private static long FirstPage(Slot slot) => slot.At / GuardedBuffer.PageFloats * GuardedBuffer.PageFloats;
}
