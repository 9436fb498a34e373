using EfficientNet.Imaging;

namespace EfficientNet.Training.Tests.Support;

/// <summary>The same images under other names of classes, or with labels moved on.</summary>
internal sealed class OtherwiseLabelled(ImageDataset images, IReadOnlyList<string> classes, int further) : ImageDataset
{
    public override string Name => images.Name;

    public override IReadOnlyList<string> Classes => classes;

    public override int Count => images.Count;

    public override string NameOf(int index) => images.NameOf(index);

    public override ReadOnlySpan<int> LabelsOf(int index) => new[] { (images.LabelsOf(index)[0] + further) % classes.Count };

    public override Image Read(int index) => images.Read(index);
}
