namespace EfficientNet.Runtime.Tests.Memory;

/// <summary>Memory of several workers in one block.</summary>
public class WorkerMemoryTests
{
    /// <summary>What a processor fetches past the end of one worker's memory must not be another one's.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(3_000_000)]
    public void Neighbours_lie_more_than_seven_blocks_of_a_wide_map_apart_and_on_lines_of_their_own(long floats)
    {
        const int FetchedBytes = 7 * 28 * 1024;
        long apart = WorkerMemory.Stride(floats) - floats;
        (apart * sizeof(float)).ShouldBeGreaterThan(FetchedBytes);
        (WorkerMemory.Stride(floats) % AlignedBuffer.AlignmentFloats).ShouldBe(0);
    }

    [Fact]
    public void The_last_worker_s_memory_ends_the_block()
    {
        WorkerMemory.Floats(1000, 1).ShouldBe(AlignedBuffer.RoundUp(1000));
        WorkerMemory.Floats(1000, 3).ShouldBe((2 * WorkerMemory.Stride(1000)) + AlignedBuffer.RoundUp(1000));
    }

    [Fact]
    public void More_than_can_be_counted_is_refused()
    {
        Should.Throw<OverflowException>(() => WorkerMemory.Stride(long.MaxValue - 100));
        Should.Throw<OverflowException>(() => WorkerMemory.Floats(long.MaxValue / 4, 100));
    }
}
