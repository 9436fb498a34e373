namespace EfficientNet.Runtime.Tests.Threads;

public class CopyShareTests
{
    [Fact]
    public void The_workers_of_a_copy_make_all_of_it_one_after_the_other()
    {
        foreach ((int pieces, int workers) in from pieces in Enumerable.Range(1, 33) from workers in Enumerable.Range(1, 9) select (pieces, workers))
        {
            long[] end = [0, 0];
            for (int worker = 0; worker < workers; worker++)
            {
                var share = new CopyShare(worker, workers);
                share.First(pieces).ShouldBe((nint)end[share.Copy], $"{pieces} pieces, worker {worker} of {workers}");
                end[share.Copy] = share.Last(pieces);
            }

            end.ShouldBe([pieces, workers % 2 == 0 ? pieces : 0], $"{pieces} pieces, {workers} workers");
        }
    }

    [Fact]
    public void Of_an_even_number_of_workers_each_half_has_its_own_copy()
    {
        foreach (int workers in new[] { 2, 4, 6, 16 })
        {
            for (int worker = 0; worker < workers; worker++) new CopyShare(worker, workers).Copy.ShouldBe(worker < workers / 2 ? 0 : 1, $"worker {worker} of {workers}");
        }
    }

    [Theory]
    [InlineData(0, 1, 0, 0, 10)]
    [InlineData(1, 2, 1, 0, 10)]
    [InlineData(2, 3, 0, 6, 10)]
    [InlineData(3, 4, 1, 5, 10)]
    public void Shares_of_ten_pieces(int worker, int workers, int copy, int first, int last)
    {
        var share = new CopyShare(worker, workers);
        share.Copy.ShouldBe(copy);
        share.First(10).ShouldBe(first);
        share.Last(10).ShouldBe(last);
    }
}
