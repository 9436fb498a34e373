using EfficientNet.Imaging;

namespace EfficientNet.Training.Tests.Support;

/// <summary>Other images, which interrupt whoever reads so many of them.</summary>
internal sealed class StoppingImages(ImageDataset images, int after, CancellationTokenSource stop) : ImageDataset
{
    private int _read;

    public override string Name => images.Name;

    public override IReadOnlyList<string> Classes => images.Classes;

    public override int Count => images.Count;

    public override string NameOf(int index)
    {
        return images.NameOf(index);
    }

    public override ReadOnlySpan<int> LabelsOf(int index)
    {
        return images.LabelsOf(index);
    }

    public override Image Read(int index)
    {
        if (Interlocked.Increment(ref _read) == after) stop.Cancel();
        return images.Read(index);
    }
}
