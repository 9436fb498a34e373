using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Tests.Planning;

public class BandAndPrefetchTests
{
    [Fact]
    public void Bands_cover_all_rows_and_none_is_empty()
    {
        for (int groups = 1; groups <= 16; groups++)
        {
            for (int rows = 1; rows <= 420; rows++)
            {
                int bands = BandSelector.Bands(groups, rows);
                string name = $"{groups} groups, {rows} rows: {bands} bands";
                int bandRows = (rows + bands - 1) / bands;
                if (bands > 1) (bands % 2).ShouldBe(0, name);
                (bands * bandRows).ShouldBeGreaterThanOrEqualTo(rows, name);
                ((bands - 1) * bandRows).ShouldBeLessThan(rows, name);
            }
        }
    }

    [Fact]
    public void A_band_is_never_so_low_that_neighbours_make_much_twice()
    {
        for (int groups = 1; groups <= 16; groups++)
        {
            for (int rows = 1; rows <= 420; rows++)
            {
                int bands = BandSelector.Bands(groups, rows);
                if (bands > 1) ((rows + bands - 1) / bands).ShouldBeGreaterThanOrEqualTo(7, $"{groups} groups, {rows} rows: {bands} bands");
            }
        }
    }

    [Theory]
    [InlineData(8, 112, 2)] // groups enough, and the map lies in halves
    [InlineData(40, 7, 1)]
    [InlineData(1, 13, 1)] // too few rows for two bands
    [InlineData(1, 14, 2)]
    [InlineData(2, 112, 8)] // six are wanted, and eight divide the rows
    [InlineData(5, 28, 4)] // three are wanted, and the map lies in halves
    [InlineData(1, 112, 14)]
    public void Few_groups_are_cut_into_bands(int groups, int rows, int bands) => BandSelector.Bands(groups, rows).ShouldBe(bands);

    [Fact]
    public void What_is_fetched_covers_the_weights_wherever_fetching_pays()
    {
        for (long floats = 0; floats <= 1600; floats += 8)
        {
            for (long steps = 1; steps <= 1700; steps += 3)
            {
                int each = PrefetchPlan.FloatsPerStep(floats, steps);
                string which = $"{floats} floats in {steps} steps";
                if (each == 0)
                {
                    steps.ShouldBeGreaterThan(floats / PrefetchPlan.LineFloats * PrefetchPlan.LineFloats, which);
                    continue;
                }

                (each * steps).ShouldBeGreaterThanOrEqualTo(floats, which);
                bool wholeLines = each > PrefetchPlan.LineFloats;
                if (wholeLines) (each % PrefetchPlan.LineFloats).ShouldBe(0, which);
                ((each - (wholeLines ? PrefetchPlan.LineFloats : 1)) * steps).ShouldBeLessThan(floats, $"less would not do: {which}");
            }
        }
    }

    [Fact]
    public void Weights_are_fetched_whole_lines_ahead() => (PrefetchPlan.Ahead % PrefetchPlan.LineFloats).ShouldBe(0);
}
