using EfficientNet.Imaging;
using EfficientNet.Training;

namespace EfficientNet.Benchmarks.Data;

/// <summary>A few photos as a data set of one class.</summary>
internal sealed class Photos(params string[] files) : ImageDataset
{
    public override string Name => string.Join(", ", files.Select(Path.GetFileName));

    public override IReadOnlyList<string> Classes { get; } = ["photo"];

    public override int Count => files.Length;

    public override string NameOf(int index) => files[index];

    public override ReadOnlySpan<int> LabelsOf(int index) => new int[1];

    public override Image Read(int index) => Image.Load(files[index]);

    public override JpegFile? OpenJpeg(int index) => JpegFile.TryLoad(files[index]);
}
