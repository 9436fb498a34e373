using EfficientNet.Runtime.Tests.Support;

namespace EfficientNet.Runtime.Tests.Weights;

public sealed class SharedLoadingTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 9)]
    [InlineData(2, 1)]
    [InlineData(2, 300)]
    [InlineData(4, 300)]
    public void Every_part_is_loaded_once(int workers, int parts)
    {
        Hang.Fails(() =>
        {
            var loads = new int[parts];
            SharedLoading.Run(workers, parts, (worker, part) =>
            {
                worker.ShouldBeInRange(0, workers - 1);
                Interlocked.Increment(ref loads[part]);
            });
            loads.ShouldAllBe(count => count == 1);
        });
    }

    [Fact]
    public void Of_two_parts_that_fail_the_first_is_told_whichever_failed_before()
    {
        Hang.Fails(() =>
        {
            for (int round = 0; round < 50; round++)
            {
                using var second = new ManualResetEventSlim();
                var begun = new bool[100];
                var thrown = Should.Throw<InvalidDataException>(() => SharedLoading.Run(2, begun.Length, (_, part) =>
                {
                    begun[part] = true;
                    if (part == 40)
                    {
                        // The other worker takes the next part meanwhile.
                        second.Wait();
                        throw new InvalidDataException("part 40");
                    }
                    if (part == 41)
                    {
                        second.Set();
                        throw new InvalidDataException("part 41");
                    }
                }));
                thrown.Message.ShouldBe("part 40");
                Array.LastIndexOf(begun, true).ShouldBe(41, "nothing is begun after a failure");
            }
        });
    }

    [Theory]
    [InlineData(1 << 18, false, 1)]
    [InlineData(1 << 18, true, 1)]
    [InlineData(1 << 19, true, 2)]
    [InlineData(1L << 40, true, 4)]
    [InlineData(1L << 40, false, 1)]
    [InlineData(0, true, 1)]
    public void As_many_threads_share_it_as_there_are_processors_and_megabytes(long floats, bool concurrently, int most)
    {
        SharedLoading.Workers(floats, concurrently).ShouldBe(Math.Min(most, Environment.ProcessorCount));
    }
}
