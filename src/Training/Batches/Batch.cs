namespace EfficientNet.Training;

/// <summary>Images as a network takes them, with their labels. It is the loader's own and valid until the loader is asked for the next.</summary>
public sealed class Batch
{
    private readonly int _imageLength;
    private readonly int _classes;
    private readonly float[] _images;
    private readonly float[] _targets;
    private readonly int[] _labels;
    private readonly int[] _indices;
    private bool _hasLabels;
    private bool _hasTargets;

    internal Batch(int size, int imageLength, int classes, bool targets)
    {
        _imageLength = imageLength;
        _classes = classes;
        if (Math.Max((long)size * imageLength, (long)size * classes) > Array.MaxLength)
            throw new InsufficientMemoryException($"A batch of {size} images of {imageLength} values each is more than one array holds: make it smaller.");
        _images = GC.AllocateUninitializedArray<float>(size * imageLength);
        _targets = new float[targets ? size * classes : 0];
        _labels = new int[size];
        _indices = new int[size];
    }

    /// <summary>The batch's number, counted from the run's beginning.</summary>
    public long Number { get; private set; }

    /// <summary>The epoch, counted from 0.</summary>
    public int Epoch { get; private set; }

    /// <summary>Images.</summary>
    public int Count { get; private set; }

    /// <summary>Normalised images, NCHW: <c>[Count][3][side][side]</c>.</summary>
    public ReadOnlySpan<float> Images => _images.AsSpan(0, Count * _imageLength);

    /// <summary>The class of every image; for a mixed batch that of the image itself, not of its neighbour. Empty for images of any number of labels.</summary>
    public ReadOnlySpan<int> Labels => _labels.AsSpan(0, _hasLabels ? Count : 0);

    /// <summary>For every image and class a target from 0 to 1, <c>[Count][classes]</c>, when the batch is mixed or images have any number of labels; else empty.</summary>
    public ReadOnlySpan<float> Targets => _targets.AsSpan(0, _hasTargets ? Count * _classes : 0);

    /// <summary>Every image's place in the data set.</summary>
    public ReadOnlySpan<int> Indices => _indices.AsSpan(0, Count);

    /// <summary>Begins a batch of these images; their pixels are still those of another.</summary>
    internal void Begin(long number, int epoch, ReadOnlySpan<int> indices, ImageDataset data)
    {
        Number = number;
        Epoch = epoch;
        Count = indices.Length;
        _hasLabels = !data.IsMultiLabel;
        _hasTargets = data.IsMultiLabel;
        indices.CopyTo(_indices);
        for (int i = 0; i < indices.Length && _hasLabels; i++)
            _labels[i] = data.LabelsOf(indices[i])[0];
        if (_hasTargets)
            FillTargets(data);
    }

    /// <summary>One image's floats.</summary>
    internal Span<float> Image(int place)
    {
        return _images.AsSpan(place * _imageLength, _imageLength);
    }

    /// <summary>One image's targets, there after <see cref="FillTargets"/>.</summary>
    internal Span<float> Target(int place)
    {
        return _targets.AsSpan(place * _classes, _classes);
    }

    /// <summary>Writes targets of zeros and ones.</summary>
    internal void FillTargets(ImageDataset data)
    {
        _hasTargets = true;
        Array.Clear(_targets);
        for (int i = 0; i < Count; i++)
        {
            foreach (int label in data.LabelsOf(_indices[i]))
                Target(i)[label] = 1;
        }
    }
}
