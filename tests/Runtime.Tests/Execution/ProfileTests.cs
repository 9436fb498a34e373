using EfficientNet.Runtime.Tests.Support;

namespace EfficientNet.Runtime.Tests.Execution;

public sealed class ProfileTests
{
    private static readonly int Marks = TinyNetwork.Description.Steps.Count + 1;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 5)]
    public void Every_image_has_its_begin_and_the_ends_of_its_steps_in_order(int threads, int maximumBatch)
    {
        using var network = new TinyNetwork();
        using Session session = network.CreateSession(threads, maximumBatch);
        float[] images = TinyNetwork.Images(5);
        var logits = new float[5 * TinyNetwork.Classes];
        var expected = new float[5 * TinyNetwork.Classes];
        var times = new long[5 * Marks];
        session.Forward(images, expected);

        long before = System.Diagnostics.Stopwatch.GetTimestamp();
        session.Profile(images, logits, times);

        logits.ShouldBe(expected);
        times.ShouldBeInOrder();
        times[0].ShouldBeGreaterThanOrEqualTo(before);
        times[^1].ShouldBeInRange(before, System.Diagnostics.Stopwatch.GetTimestamp());
    }

    [Fact]
    public void Passes_that_nobody_profiles_note_nothing()
    {
        using var network = new TinyNetwork();
        using Session session = network.CreateSession(2);
        float[] image = TinyNetwork.Images(1);
        var logits = new float[TinyNetwork.Classes];
        var times = new long[Marks];
        session.Profile(image, logits, times);
        long[] noted = [.. times];
        session.Forward(image, logits);
        times.ShouldBe(noted);
    }

    [Fact]
    public void Times_of_another_length_are_refused()
    {
        using var network = new TinyNetwork();
        using Session session = network.CreateSession(1);
        Should.Throw<ArgumentException>(() => session.Profile(TinyNetwork.Images(2), new float[2 * TinyNetwork.Classes], new long[Marks])).Message
            .ShouldBe("Tiny gives 2x3 = 6 times for 2 images: the span holds 3. (Parameter 'times')");
    }

    [Fact]
    public void A_profiled_call_allocates_nothing()
    {
        Hang.Fails(() =>
        {
            using var network = new TinyNetwork();
            using Session session = network.CreateSession(2, 2);
            float[] images = TinyNetwork.Images(3);
            var logits = new float[3 * TinyNetwork.Classes];
            var times = new long[3 * Marks];
            session.Profile(images, logits, times);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 100; i++) session.Profile(images, logits, times);
            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        });
    }
}
