namespace EfficientNet.Training.Tests.Evaluations;

/// <summary>What is counted, against numbers worked out by hand.</summary>
public class EvaluationTests
{
    [Fact]
    public void What_is_no_number_is_below_all_and_an_image_of_nothing_else_is_taken_for_no_class()
    {
        var evaluation = new Evaluation(["a", "b"], isMultiLabel: false);
        evaluation.Add([float.NaN, float.NaN], [0], 0);
        evaluation.Add([float.NaN, 1], [1], 1);
        evaluation.Add([float.NaN, 1], [0], 2);
        (evaluation.Count, evaluation.Top1, evaluation.Top5).ShouldBe((3, 1 / 3.0, 2 / 3.0));
        (evaluation.GetConfusion(0, 0), evaluation.GetConfusion(0, 1), evaluation.GetConfusion(1, 1)).ShouldBe((0, 1, 1));
        evaluation.PerClass.Select(result => (result.Count, result.Correct, result.Predicted)).ShouldBe([(2, 0, 0), (1, 1, 2)]);
        evaluation.Loss.ShouldBe(double.NaN);
    }

    private const double Close = 1e-12;

    [Fact]
    public void One_label_is_counted_by_class_confusion_and_mistakes()
    {
        var evaluation = new Evaluation(["a", "b", "c"], isMultiLabel: false);
        evaluation.Count.ShouldBe(0);
        (evaluation.Loss, evaluation.Top1, evaluation.Score).ShouldBe((0, 0, 0));
        evaluation.Add([1, 0, 0], [0], 10);
        evaluation.Add([3, 0, 0], [1], 11);
        evaluation.Add([0, 0, 1], [1], 12);
        evaluation.Add([0, 0, 1000], [2], 13);

        evaluation.Count.ShouldBe(4);
        evaluation.Top1.ShouldBe(0.5);
        evaluation.Score.ShouldBe(0.5);
        evaluation.Top5.ShouldBe(1);
        double e = Math.E, cube = Math.Exp(3);
        evaluation.Loss.ShouldBe((-Math.Log(e / (e + 2)) - Math.Log(1 / (cube + 2)) - Math.Log(1 / (e + 2)) - 0) / 4, Close);
        (from row in Enumerable.Range(0, 3) from column in Enumerable.Range(0, 3) select evaluation.GetConfusion(row, column)).ShouldBe([1, 0, 0, 1, 0, 1, 0, 0, 1]);
        Should.Throw<ArgumentOutOfRangeException>(() => evaluation.GetConfusion(3, 0)).ParamName.ShouldBe("expected");
        Should.Throw<ArgumentOutOfRangeException>(() => evaluation.GetConfusion(0, -1)).ParamName.ShouldBe("predicted");
        evaluation.PerClass.ShouldBe([new ClassResult("a", 1, 1, 2, 0), new ClassResult("b", 2, 0, 0, 0), new ClassResult("c", 1, 1, 2, 0)]);
        ClassResult a = evaluation.PerClass[0], b = evaluation.PerClass[1];
        (a.Precision, a.Recall).ShouldBe((0.5, 1));
        a.F1.ShouldBe(2.0 / 3, Close);
        (b.Precision, b.Recall, b.F1).ShouldBe((0, 0, 0));
        evaluation.WorstMistakes.Select(mistake => (mistake.Index, mistake.Expected, mistake.Predicted)).ShouldBe([(11, 1, 0), (12, 1, 2)]);
        evaluation.WorstMistakes[0].Probability.ShouldBe(cube / (cube + 2), Close);
    }

    [Fact]
    public void Five_of_more_classes_are_asked_and_equal_logits_count_by_number()
    {
        var evaluation = new Evaluation(["0", "1", "2", "3", "4", "5", "6"], isMultiLabel: false);
        evaluation.Add([6, 5, 4, 3, 2, 1, 0], [4], 0);
        evaluation.Add([6, 5, 4, 3, 2, 1, 0], [5], 1);
        evaluation.Add(new float[7], [4], 2);
        evaluation.Add(new float[7], [5], 3);
        evaluation.Top5.ShouldBe(0.5);
        evaluation.Top1.ShouldBe(0);
    }

    [Fact]
    public void The_worst_mistakes_are_kept_by_falling_probability()
    {
        var evaluation = new Evaluation(["a", "b"], isMultiLabel: false);
        for (int i = 0; i < 60; i++) evaluation.Add([0, 1 + i * 37 % 60], [0], i);
        int[] expected = Enumerable.Range(0, 60).OrderByDescending(i => i * 37 % 60).Take(24).ToArray();
        // A logit of 37 and more is a probability of one: those are equal, and come in the order of the images.
        evaluation.WorstMistakes.Count.ShouldBe(24);
        evaluation.WorstMistakes.Select(mistake => mistake.Probability).ShouldBe(evaluation.WorstMistakes.Select(mistake => mistake.Probability).OrderDescending());
        evaluation.WorstMistakes.Last().Probability.ShouldBe(1 / (1 + Math.Exp(-(1.0 + expected[^1] * 37 % 60))), 1e-15);
    }

    [Fact]
    public void Many_labels_are_judged_by_average_precision_and_by_class_at_one_half()
    {
        var evaluation = new Evaluation(["a", "b", "none"], isMultiLabel: true);
        evaluation.Add([4, -1, -1], [0], 0);
        evaluation.Add([3, 2, -1], [1], 1);
        evaluation.Add([2, 1, -1], [0, 1], 2);
        evaluation.Add([-1, -2, 1], [], 3);

        // a by falling logit: yes, no, yes, no. b: yes, yes, no, no.
        evaluation.PerClass[0].AveragePrecision.ShouldBe((1 + 2.0 / 3) / 2, Close);
        evaluation.PerClass[1].AveragePrecision.ShouldBe(1);
        evaluation.PerClass[2].AveragePrecision.ShouldBe(0);
        // A class without images has no say.
        evaluation.Score.ShouldBe((5.0 / 6 + 1) / 2, Close);
        evaluation.PerClass.Select(result => (result.Count, result.Correct, result.Predicted)).ShouldBe([(2, 2, 3), (2, 2, 2), (0, 0, 1)]);
        evaluation.PerClass[0].F1.ShouldBe(0.8, Close);
        evaluation.Top1.ShouldBe(0.5);
        evaluation.Top5.ShouldBe(0.5);
        evaluation.GetConfusion(0, 0).ShouldBe(0);
        evaluation.WorstMistakes.ShouldBeEmpty();
        double loss = 0;
        foreach ((double logit, bool isOfIt) in new[] { (4.0, true), (-1, false), (-1, false), (3, false), (2, true), (-1, false), (2, true), (1, true), (-1, false), (-1, false), (-2, false), (1, false) })
            loss += Math.Log(1 + Math.Exp(isOfIt ? -logit : logit));
        evaluation.Loss.ShouldBe(loss / 12, Close);
    }

    [Fact]
    public void Equal_logits_are_one_threshold_whatever_the_order_of_the_images()
    {
        // A network that says the same of every image knows no more than how many there are.
        var first = new Evaluation(["a"], isMultiLabel: true);
        var last = new Evaluation(["a"], isMultiLabel: true);
        for (int i = 0; i < 4; i++)
        {
            first.Add([0.5f], i < 1 ? [0] : [], i);
            last.Add([0.5f], i < 3 ? [] : [0], i);
        }

        first.Score.ShouldBe(0.25);
        last.Score.ShouldBe(0.25);
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_not_counted()
    {
        var evaluation = new Evaluation(["a", "b"], isMultiLabel: false);
        Should.Throw<ArgumentException>(() => evaluation.Add([1], [0], 0)).Message.ShouldStartWith("There are 2 classes and 1 logits.");
        Should.Throw<ArgumentException>(() => evaluation.Add([1, 2], [2], 0)).Message.ShouldStartWith("Label 2 is no class: there are 2.");
        Should.Throw<ArgumentException>(() => evaluation.Add([1, 2], [], 0)).Message.ShouldStartWith("The image has 0 labels: expected one.");
        evaluation.Count.ShouldBe(0);
    }
}
