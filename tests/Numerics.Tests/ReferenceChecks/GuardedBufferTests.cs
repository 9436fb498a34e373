using EfficientNet.Compiler;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Support;

namespace EfficientNet.Numerics.Tests.ReferenceChecks;

public unsafe class GuardedBufferTests
{
    [Theory]
    [InlineData(Guard.After, 1)]
    [InlineData(Guard.After, 4096)]
    [InlineData(Guard.Before, 1000)]
    internal void A_buffer_touches_the_page_that_guards_it(Guard guard, int length)
    {
        using var buffer = new GuardedBuffer(length, guard);
        buffer.Span.Fill(1);
        nint edge = guard == Guard.After
            ? (nint)(buffer.Pointer + length)
            : (nint)buffer.Pointer - Environment.SystemPageSize;
        edge.ShouldBe(buffer.Forbidden(guard));
    }

    [Theory]
    [InlineData(Guard.After)]
    [InlineData(Guard.Before)]
    internal void The_guarding_page_may_not_be_touched(Guard guard)
    {
        if (!OperatingSystem.IsLinux()) return;
        using var buffer = new GuardedBuffer(100, guard);
        RightsOf(buffer.Forbidden(guard)).ShouldBe("---p");
        RightsOf((nint)buffer.Pointer).ShouldBe("rw-p");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Slots_apart_end_at_pages_that_may_not_be_touched(int images)
    {
        if (!OperatingSystem.IsLinux()) return;
        EquatableArray<Slot> slots = SlotPages.Apart(NetworkCompiler.Plan(RandomSpecs.Of(7), CancellationToken.None)).Execution.Slots;
        slots.Count.ShouldBeGreaterThan(3);
        using GuardedBuffer buffer = SlotPages.Allocate(slots, images);
        foreach (Slot slot in slots)
        {
            float* start = buffer.Pointer + slot.At * images, end = start + slot.Floats * images;
            RightsOf((nint)end).ShouldBe("---p", slot.Name);
            RightsOf((nint)end - 1).ShouldBe("rw-p", slot.Name);
            RightsOf((nint)start).ShouldBe("rw-p", slot.Name);
            // Before the slot is what is left of its first page, and before that a forbidden one.
            float* firstPage = buffer.Pointer + slot.At / GuardedBuffer.PageFloats * GuardedBuffer.PageFloats * images;
            RightsOf((nint)firstPage).ShouldBe("rw-p", slot.Name);
            RightsOf((nint)firstPage - 1).ShouldBe("---p", slot.Name);
        }
    }

    [Fact]
    public void A_write_before_a_slot_is_seen()
    {
        EquatableArray<Slot> slots = SlotPages.Apart(NetworkCompiler.Plan(RandomSpecs.Of(7), CancellationToken.None)).Execution.Slots;
        using GuardedBuffer buffer = SlotPages.Allocate(slots);
        foreach (Slot slot in slots) buffer.Span.Slice((int)slot.At, (int)slot.Floats).Fill(1);
        SlotPages.Underrun(buffer, slots).ShouldBeEmpty();
        Slot narrow = slots.First(slot => slot.At % GuardedBuffer.PageFloats != 0);
        buffer.Span[(int)narrow.At - 1] = 1;
        SlotPages.Underrun(buffer, slots).ShouldBe([narrow.Name]);
    }

    /// <summary>What the kernel lets this process do at an address.</summary>
    private static string RightsOf(nint address)
    {
        foreach (string line in File.ReadLines("/proc/self/maps"))
        {
            string[] fields = line.Split(' ');
            nint[] range = fields[0].Split('-').Select(end => (nint)Convert.ToInt64(end, 16)).ToArray();
            if (range[0] <= address && address < range[1]) return fields[1];
        }

        return "unmapped";
    }
}
