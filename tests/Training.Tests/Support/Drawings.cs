using EfficientNet.Imaging;
using EfficientNet.Runtime;

namespace EfficientNet.Training.Tests.Support;

/// <summary>Small images that can be told apart: class c has a bright bar at height c, and noise.</summary>
internal sealed class Drawings(int count, int classes, int side = 32, bool isMultiLabel = false) : ImageDataset
{
    private readonly int[][] _labels = Enumerable.Range(0, count).Select(index => isMultiLabel ? Enumerable.Range(0, classes).Where(c => (index * 7 + c) % 3 == 0).ToArray() : [index % classes]).ToArray();

    public override string Name => "drawings";

    public override IReadOnlyList<string> Classes { get; } = Enumerable.Range(0, classes).Select(number => $"bar {number}").ToArray();

    public override int Count => count;

    public override bool IsMultiLabel => isMultiLabel;

    /// <summary>An image that cannot be read.</summary>
    public int? Broken { get; init; }

    public override string NameOf(int index) => $"drawing {index}";

    public override ReadOnlySpan<int> LabelsOf(int index) => _labels[index];

    public override Image Read(int index)
    {
        if (index == Broken) throw new DatasetException(NameOf(index), "is broken");
        var random = new CounterRandom(7, (ulong)index);
        var pixels = new byte[side * side];
        for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)(random.Uniform((ulong)i) * 80);
        foreach (int label in _labels[index])
        {
            for (int i = 0; i < 2 * side; i++) pixels[label * 3 * side + i] = 255;
        }

        return Image.FromGray(pixels, side, side);
    }
}
