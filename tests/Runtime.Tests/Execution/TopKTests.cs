namespace EfficientNet.Runtime.Tests.Execution;

public sealed class TopKTests
{
    [Theory]
    [InlineData(new[] { 0.1f, 0.7f, 0.2f }, new[] { 1, 2, 0 })]
    [InlineData(new[] { 0.5f, 0.5f, 0.5f }, new[] { 0, 1, 2 })]
    [InlineData(new[] { float.NaN, 1f, float.NaN, 2f }, new[] { 3, 1, 0, 2 })]
    [InlineData(new[] { float.NegativeInfinity, float.PositiveInfinity, 0f }, new[] { 1, 2, 0 })]
    [InlineData(new float[0], new int[0])]
    public void Classes_come_most_probable_first(float[] probabilities, int[] expected)
    {
        for (int k = 0; k <= expected.Length; k++)
        {
            var classes = new int[k];
            Session.TopK(probabilities, classes);
            classes.ShouldBe(expected[..k]);
        }
    }

    [Fact]
    public void Random_probabilities_come_as_a_stable_sort_puts_them()
    {
        var random = new Random(2);
        for (int round = 0; round < 200; round++)
        {
            float[] probabilities = Enumerable.Range(0, random.Next(1, 60)).Select(_ => random.Next(20) / 20f).ToArray();
            var classes = new int[random.Next(probabilities.Length + 1)];
            Session.TopK(probabilities, classes);
            classes.ShouldBe(Enumerable.Range(0, probabilities.Length).OrderByDescending(i => probabilities[i]).Take(classes.Length));
        }
    }

    [Fact]
    public void Scores_come_with_their_classes()
    {
        var top = new ClassScore[2];
        Session.TopK([0.1f, 0.7f, 0.2f], top);
        top.ShouldBe([new ClassScore(1, 0.7f), new ClassScore(2, 0.2f)]);
    }

    [Fact]
    public void Scores_are_found_without_an_allocation()
    {
        float[] scores = Enumerable.Range(0, 500).Select(i => (float)(i * 7919 % 500)).ToArray();
        var top = new ClassScore[400];
        Session.TopK(scores, top);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Session.TopK(scores, top);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        top.ShouldBe(scores.Select((score, i) => new ClassScore(i, score)).OrderByDescending(one => one.Score).Take(400));
    }

    [Fact]
    public void More_classes_than_there_are_is_refused()
    {
        Should.Throw<ArgumentException>(() => Session.TopK(new float[3], new int[4])).Message
            .ShouldStartWith("The 4 most probable of 3 classes were asked for.");
    }
}
