namespace EfficientNet.Training;

/// <summary>Images ready for a step. Valid until the next is taken.</summary>
public sealed class Batch
{
    private readonly float[] _images;
    private readonly float[] _targets;
    private readonly int[] _labels;
    private readonly int[] _indices;
    private readonly int _classes;

    internal Batch(int size, int imageFloats, int classes, bool hasTargets, bool isMultiLabel)
    {
        _images = new float[(long)size * imageFloats];
        _targets = hasTargets ? new float[(long)size * classes] : [];
        _labels = new int[size];
        _indices = new int[size];
        _classes = classes;
        ImageFloats = imageFloats;
        IsMultiLabel = isMultiLabel;
    }

    /// <summary>Its number in the run, from 0.</summary>
    public long Number { get; internal set; }

    /// <summary>The epoch, from 0.</summary>
    public int Epoch { get; internal set; }

    /// <summary>Number of images.</summary>
    public int Count { get; internal set; }

    /// <summary>Whether images have any number of labels.</summary>
    public bool IsMultiLabel { get; }

    /// <summary>Normalised images, NCHW: <c>[Count][3][side][side]</c>.</summary>
    public ReadOnlySpan<float> Images => _images.AsSpan(0, Count * ImageFloats);

    /// <summary>The class of every image; of many labels the first, or −1.</summary>
    public ReadOnlySpan<int> Labels => _labels.AsSpan(0, Count);

    /// <summary>For every image and class a target from 0 to 1, <c>[Count][Classes]</c>, where labels are mixed or many; otherwise empty.</summary>
    public ReadOnlySpan<float> Targets => _targets.Length == 0 ? default : _targets.AsSpan(0, Count * _classes);

    /// <summary>The images' numbers in the data set.</summary>
    public ReadOnlySpan<int> Indices => _indices.AsSpan(0, Count);

    /// <summary>Floats of an image.</summary>
    internal int ImageFloats { get; }

    internal Span<float> MutableImages => _images.AsSpan(0, Count * ImageFloats);

    internal Span<float> MutableTargets => _targets.Length == 0 ? default : _targets.AsSpan(0, Count * _classes);

    internal Span<int> MutableLabels => _labels;

    internal Span<int> MutableIndices => _indices;
}
