using EfficientNet.Training.Tests.Support;

namespace EfficientNet.Training.Tests;

public class DatasetCheckTests
{
    [Fact]
    public void A_sound_data_set_passes_and_every_picture_is_read()
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 8; i++)
            folder.Png($"{i % 2}/{i}.png");
        var progress = new Count();

        DatasetCheck.Check(ImageFolder.Open(folder.Root), threads: 2, progress);

        progress.Largest.ShouldBe(8);
    }

    [Fact]
    public void Faults_are_listed_in_the_order_of_the_pictures()
    {
        using var folder = new TemporaryFolder();
        folder.Png("a/0.png");
        folder.Write("a/1.png", "GIF89a");
        folder.Write("b/2.jpg", "");

        Should.Throw<DatasetException>(() => DatasetCheck.Check(ImageFolder.Open(folder.Root, ["a", "b", "c"]), threads: 2)).Message.ShouldBe(string.Join(
            Environment.NewLine,
            $"{folder.Root}: 3 faults in 3 images",
            "  class c: expected at least one image, found none",
            $"  {folder["a/1.png"]}: GIF is not supported: only PNG and JPEG are read",
            $"  {folder["b/2.jpg"]}: the file is empty"));
        // Images to judge by need not show every class.
        Should.Throw<DatasetException>(() => DatasetCheck.Check(ImageFolder.Open(folder.Root, ["a", "b", "c"]), everyClass: false)).Message.ShouldStartWith($"{folder.Root}: 2 faults in 3 images");
    }

    [Fact]
    public void Labels_that_are_no_class_are_faults_and_only_twenty_are_listed()
    {
        var data = new NumberedImages(30, 1, 1) { ManyLabels = Enumerable.Range(0, 30).Select(index => new[] { index < 3 ? index : 3 + index }).ToArray() };

        string[] lines = Should.Throw<DatasetException>(() => DatasetCheck.Check(data)).Message.Split(Environment.NewLine);

        lines[0].ShouldBe("numbered: 27 faults in 30 images");
        lines[1].ShouldBe("  numbered, image 3: expected a label from 0 to 2, found 6");
        lines.Length.ShouldBe(22);
        lines[^1].ShouldBe("  and 7 more");
    }

    [Fact]
    public void It_can_be_cancelled()
    {
        Should.Throw<OperationCanceledException>(() => DatasetCheck.Check(new NumberedImages(3, 1, 1), cancellation: new CancellationToken(canceled: true)));
    }

    private sealed class Count : IProgress<int>
    {
        private readonly Lock _gate = new();

        public int Largest { get; private set; }

        public void Report(int value)
        {
            lock (_gate)
                Largest = Math.Max(Largest, value);
        }
    }
}
