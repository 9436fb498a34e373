using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Tests.Planning;

public class GradientRunsTests
{
    [Fact]
    public void Runs_cover_every_position_once()
    {
        foreach (int positions in Enumerable.Range(1, 20000).Append(90000))
        {
            GradientRuns runs = GradientRuns.Of(positions);
            (runs.Full * runs.Positions + runs.Last).ShouldBe(positions);
            runs.Full.ShouldBeGreaterThan(0);
            runs.Last.ShouldBeInRange(0, runs.Positions - 1);
        }
    }

    /// <summary>A run of one block of inputs and of the two blocks of outputs that a tile touches stays in 48 KiB, beside the sums.</summary>
    [Fact]
    public void Runs_stay_in_the_first_level_cache()
    {
        foreach (int positions in Enumerable.Range(1, 20000))
        {
            (GradientRuns.Of(positions).Positions * 3 * MapLayout.Lanes * sizeof(float)).ShouldBeLessThan(48 * 1024);
        }
    }

    [Theory]
    [InlineData(12544, 224, 56, 0)]
    [InlineData(3136, 224, 14, 0)]
    [InlineData(784, 196, 4, 0)]
    [InlineData(196, 196, 1, 0)]
    [InlineData(49, 49, 1, 0)]
    [InlineData(225, 113, 1, 112)]
    public void Maps_of_the_published_networks(int positions, int run, int full, int last) =>
        GradientRuns.Of(positions).ShouldBe(new GradientRuns(run, full, last));
}
