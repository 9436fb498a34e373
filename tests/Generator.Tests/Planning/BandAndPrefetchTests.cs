using EfficientNet.Compiler.Emission.Kernels;
using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Tests.Graph;

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

    [Theory]
    [InlineData(1600, 100, 16)]
    [InlineData(32288, 1120, 32)] // B0's classifier, by a panel of its head
    [InlineData(3200, 100, 32)]
    [InlineData(3300, 100, 0)] // more than two lines a step
    [InlineData(400, 100, 4)]
    [InlineData(300, 100, 0)] // less than a quarter of a line
    [InlineData(0, 100, 0)]
    public void The_next_layers_weights_are_brought_where_a_step_has_some_of_them_but_not_many(long floats, long steps, int each) =>
        PrefetchPlan.NextFloatsPerStep(floats, steps).ShouldBe(each);

    [Theory]
    [InlineData("B0", 1280)]
    [InlineData("B4", 1792)]
    public void The_head_brings_the_whole_classifier_but_hardly_more(string name, int features)
    {
        ExecutionPlan plan = PublishedNetwork.Of(name).Plan().Execution;
        HeadKernel head = plan.Steps.OfType<HeadStep>().Single().Head;
        FullyConnectedKernel classifier = plan.Steps.OfType<ClassifierStep>().Single().Classifier.FullyConnected;
        head.ClassifierFloats.ShouldBe(classifier.Panels * (long)classifier.PanelStride);
        (plan.Steps.OfType<HeadStep>().Single().WeightsAt + (long)head.Panels * head.PanelStride).ShouldBe(plan.Steps.OfType<ClassifierStep>().Single().WeightsAt);
        long brought = Head.Convolution(head)!.NextFloats * head.Panels;
        brought.ShouldBeInRange(head.ClassifierFloats, head.ClassifierFloats + head.Panels * PrefetchPlan.LineFloats);
        classifier.Reduction.ShouldBe(features);
        Head.BringsClassifier(head, VectorIsa.Avx512).ShouldBeTrue();
        Head.BringsClassifier(head, VectorIsa.Portable).ShouldBeFalse("there is nothing to bring it with");
    }

    [Fact]
    public void A_small_classifier_is_left_to_the_last_panel() =>
        Head.Convolution(new HeadKernel(new Shape(320, 7, 7), 1280, 2, true, ActivationKind.Silu) { ClassifierFloats = PrefetchPlan.Ahead })!.NextFloats.ShouldBe(0);

    [Fact]
    public void Weights_are_fetched_whole_lines_ahead() => (PrefetchPlan.Ahead % PrefetchPlan.LineFloats).ShouldBe(0);
}
