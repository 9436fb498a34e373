namespace EfficientNet.Training.Tests;

public class RandomSequenceTests
{
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.2)]
    [InlineData(1)]
    [InlineData(4)]
    public void Beta_has_its_mean_and_variance(double alpha)
    {
        const int count = 20000;
        var random = new RandomSequence(new CounterRandom(1, 2));
        double sum = 0, squares = 0;
        for (int i = 0; i < count; i++)
        {
            double value = random.Beta(alpha);
            value.ShouldBeInRange(0, 1);
            sum += value;
            squares += (value - 0.5) * (value - 0.5);
        }

        (sum / count).ShouldBe(0.5, 0.02);
        double variance = 1 / (4 * (2 * alpha + 1));
        (squares / count).ShouldBe(variance, 0.04 * variance);
    }

    [Fact]
    public void Whole_numbers_are_equally_frequent()
    {
        var random = new RandomSequence(new CounterRandom(1, 3));
        int[] counts = new int[7];
        for (int i = 0; i < 70000; i++)
            counts[random.Below(7)]++;

        counts.ShouldAllBe(count => Math.Abs(count - 10000) < 500);
    }

    [Fact]
    public void A_shuffle_is_a_permutation_and_every_item_comes_everywhere()
    {
        int[][] firsts = new int[5][];
        for (int i = 0; i < 5; i++)
            firsts[i] = new int[5];
        for (ulong i = 0; i < 5000; i++)
        {
            int[] items = [0, 1, 2, 3, 4];
            new RandomSequence(new CounterRandom(2, i)).Shuffle(items);
            items.Order().ShouldBe([0, 1, 2, 3, 4]);
            for (int place = 0; place < 5; place++)
                firsts[place][items[place]]++;
        }

        firsts.SelectMany(counts => counts).ShouldAllBe(count => Math.Abs(count - 1000) < 150);
    }
}
