namespace EfficientNet.Runtime.Tests.Memory;

public sealed unsafe class AlignedBufferTests
{
    private const long Large = 256L << 20;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(1_000_003)]
    public void Memory_is_zeroed_and_aligned(long floats)
    {
        for (int round = 0; round < 5; round++)
        {
            using AlignedBuffer buffer = AlignedBuffer.Allocate(floats, "a test");
            buffer.Length.ShouldBe(floats);
            ((nint)buffer.Pointer % 64).ShouldBe(0);
            for (long i = 0; i < floats; i++)
            {
                if (buffer.Pointer[i] != 0)
                    Assert.Fail($"Float {i} is {buffer.Pointer[i]}.");
                buffer.Pointer[i] = 1;
            }
        }
    }

    [Theory]
    [InlineData(long.MaxValue, "36893488147419103228")]
    [InlineData(1L << 60, "4611686018427387904")]
    public void Memory_that_cannot_be_had_is_told_in_bytes(long floats, string bytes)
    {
        Should.Throw<InsufficientMemoryException>(() => AlignedBuffer.Allocate(floats, "a test")).Message
            .ShouldBe($"Cannot allocate {bytes} bytes for a test.");
    }

    [Fact]
    public void Disposed_memory_goes_back_to_the_system()
    {
        if (!OperatingSystem.IsLinux())
            return;
        long before = Resident();
        long held;
        using (AlignedBuffer.Allocate(Large / sizeof(float), "a test"))
            held = Resident();
        // Other tests allocate at the same time, but not so much.
        (held - before).ShouldBeGreaterThan(Large / 2);
        (held - Resident()).ShouldBeGreaterThan(Large / 2);
    }

    [Theory]
    [InlineData(2 << 20)]
    [InlineData((2 << 20) + 4)]
    [InlineData((2 << 20) + 4096)]
    [InlineData(3_145_732)]
    [InlineData((4 << 20) - 4)]
    [InlineData((6 << 20) + 64)]
    public void Megabytes_begin_at_a_huge_page_and_what_was_mapped_around_them_goes_back(int bytes)
    {
        if (!OperatingSystem.IsLinux())
            return;
        const int HugePage = 2 << 20;
        long before = Status("VmSize");
        for (int round = 0; round < 2000; round++)
        {
            using AlignedBuffer buffer = AlignedBuffer.Allocate(bytes / sizeof(float), "a test", touch: false);
            ((nint)buffer.Pointer % HugePage).ShouldBe(0);
            buffer.Pointer[0] = 1;
            buffer.Pointer[buffer.Length - 1] = 1;
        }
        // A huge page left behind each time would be 4 GB; other tests allocate at the same time, but not so much.
        (Status("VmSize") - before).ShouldBeLessThan(2000L * HugePage / 2);
    }

    [Fact]
    public void A_disposed_buffer_gives_no_pointer()
    {
        AlignedBuffer buffer = AlignedBuffer.Allocate(4, "a test");
        buffer.Dispose();
        buffer.Dispose();
        Should.Throw<ObjectDisposedException>(() => (nint)buffer.Pointer);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 16)]
    [InlineData(16, 16)]
    [InlineData(17, 32)]
    public void Lengths_are_rounded_up_to_the_boundary(long floats, long rounded)
    {
        AlignedBuffer.RoundUp(floats).ShouldBe(rounded);
    }

    private static long Resident()
    {
        return Status("RssAnon");
    }

    /// <summary>Bytes that the system counts for this process.</summary>
    private static long Status(string what)
    {
        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith($"{what}:", StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]);
    }
}
