namespace EfficientNet.Runtime.Tests.Threads;

public class HalfShareTests
{
    [Fact]
    public void Shares_follow_each_other_from_the_first_piece_to_the_last()
    {
        foreach ((int half, int pieces, int workers) in from half in new[] { 0, 1 } from pieces in Enumerable.Range(1, 33) from workers in Enumerable.Range(1, 9) select (half, pieces, workers))
        {
            int end = 0;
            for (int worker = 0; worker < workers; worker++)
            {
                string name = $"half {half}, {pieces} pieces, worker {worker} of {workers}";
                var share = new HalfShare(half, worker, workers);
                share.First(pieces).ShouldBe(end, name);
                share.Last(pieces).ShouldBeGreaterThanOrEqualTo(end, name);
                end = (int)share.Last(pieces);
            }

            end.ShouldBe(pieces, $"half {half}, {workers} workers");
        }
    }

    [Fact]
    public void Of_an_even_number_of_workers_each_half_has_its_own()
    {
        foreach ((int pieces, int workers) in from pieces in Enumerable.Range(1, 33) from workers in new[] { 2, 4, 6, 16 } select (pieces, workers))
        {
            int middle = workers / 2;
            new HalfShare(0, middle - 1, workers).Last(pieces).ShouldBe(pieces, "the first half ends with the first half of the workers");
            new HalfShare(0, middle, workers).First(pieces).ShouldBe(pieces);
            new HalfShare(1, middle - 1, workers).Last(pieces).ShouldBe(0, "the second begins with the second");
        }
    }

    [Theory]
    [InlineData(1, 10, 2, 3, 3)]
    [InlineData(0, 10, 1, 3, 6)]
    [InlineData(1, 4, 3, 4, 2)]
    public void A_share_is_cut_where_the_workers_are(int half, int pieces, int worker, int workers, int first) =>
        new HalfShare(half, worker, workers).First(pieces).ShouldBe(first);
}
