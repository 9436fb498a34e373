using EfficientNet.Imaging;

namespace EfficientNet.Training.Tests.Support;

/// <summary>Images in memory whose pixels tell which one they are.</summary>
internal sealed class NumberedImages(int count, int width, int height) : ImageDataset
{
    private readonly int[][] _labels = Enumerable.Range(0, count).Select(index => new[] { index % 3 }).ToArray();

    /// <summary>The image that cannot be read, or −1.</summary>
    public int Broken { get; init; } = -1;

    /// <summary>Labels of images that have any number of them.</summary>
    public int[][]? ManyLabels { get; init; }

    public int Reads { get; private set; }

    public override string Name => "numbered";

    public override IReadOnlyList<string> Classes { get; } = ["a", "b", "c"];

    public override int Count => count;

    public override bool IsMultiLabel => ManyLabels is not null;

    public override string NameOf(int index) => $"numbered, image {index}";

    public override ReadOnlySpan<int> LabelsOf(int index) => (ManyLabels ?? _labels)[index];

    public override Image Read(int index)
    {
        Reads++;
        if (index == Broken)
            throw new DatasetException(NameOf(index), "broken");
        byte[] rgb = new byte[width * height * 3];
        for (int i = 0; i < rgb.Length; i++)
            rgb[i] = (byte)(index * 37 + i * 11);
        return Image.FromRgb(rgb, width, height);
    }
}
