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
