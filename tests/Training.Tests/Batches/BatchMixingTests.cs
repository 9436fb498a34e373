using System.Drawing;
using EfficientNet.Training.Tests.Support;

namespace EfficientNet.Training.Tests;

public class BatchMixingTests
{
    private static readonly NumberedImages Data = new(3, 2, 2);

    [Fact]
    public void Mixup_takes_lambda_of_a_picture_and_the_rest_of_the_one_before()
    {
        Batch batch = Tens();

        batch.FillTargets(Data);
        BatchMixing.Mixup(batch, 0.75f);

        // Images of 10, 20 and 30: the first is mixed with the last.
        Enumerable.Range(0, 3).Select(i => batch.Images[12 * i + 5]).ShouldBe([0.75f * 10 + 0.25f * 30, 0.75f * 20 + 0.25f * 10, 0.75f * 30 + 0.25f * 20]);
        batch.Targets.ToArray().ShouldBe([0.75f, 0, 0.25f, 0.25f, 0.75f, 0, 0, 0.25f, 0.75f]);
        batch.Labels.ToArray().ShouldBe([0, 1, 2]);
    }

    [Fact]
    public void CutMix_takes_a_rectangle_of_the_one_before_in_every_channel()
    {
        Batch batch = Tens();

        batch.FillTargets(Data);
        BatchMixing.CutMix(batch, side: 2, new Rectangle(1, 0, 1, 1));

        batch.Images.ToArray().ShouldBe(Enumerable.Repeat(new float[] { 10, 30, 10, 10 }, 3)
            .Concat(Enumerable.Repeat(new float[] { 20, 10, 20, 20 }, 3))
            .Concat(Enumerable.Repeat(new float[] { 30, 20, 30, 30 }, 3)).SelectMany(plane => plane));
        batch.Targets.ToArray().ShouldBe([0.75f, 0, 0.25f, 0.25f, 0.75f, 0, 0, 0.25f, 0.75f]);
    }

    [Fact]
    public void Batches_are_mixed_with_the_probability_that_was_asked_for()
    {
        var settings = new Augmentation { Mixup = 1, CutMix = 1, MixProbability = 0.5 };
        int mixed = 0, cut = 0;
        for (ulong i = 0; i < 400; i++)
        {
            Batch batch = Tens();
            BatchMixing.Apply(batch, Data, 2, settings, new RandomSequence(new CounterRandom(1, i)));
            mixed += batch.Targets.IsEmpty ? 0 : 1;
            // Half a side is 0 or 1 pixel here, so that a cut batch has only whole values.
            cut += !batch.Targets.IsEmpty && batch.Images[..12].IndexOfAnyExcept(10f, 30f) < 0 ? 1 : 0;
        }

        mixed.ShouldBeInRange(160, 240);
        cut.ShouldBeInRange(70, 130);
    }

    private static Batch Tens()
    {
        var batch = new Batch(3, 12, 3, targets: true);
        batch.Begin(0, 0, [0, 1, 2], Data);
        for (int i = 0; i < 3; i++)
            batch.Image(i).Fill(10 * (i + 1));
        return batch;
    }
}
