using EfficientNet.Imaging;

namespace EfficientNet.Training;

/// <summary>Some images of a data set, in an order of its own.</summary>
public sealed class DatasetSubset : ImageDataset
{
    private readonly ImageDataset _whole;
    private readonly int[] _indices;

    /// <summary>A view; nothing is read.</summary>
    /// <param name="whole">The data set.</param>
    /// <param name="indices">Places in it.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is not in the data set.</exception>
    public DatasetSubset(ImageDataset whole, IReadOnlyList<int> indices)
    {
        ArgumentNullException.ThrowIfNull(whole);
        ArgumentNullException.ThrowIfNull(indices);
        _whole = whole;
        _indices = [.. indices];
        foreach (int index in _indices)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(indices));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, whole.Count, nameof(indices));
        }
    }

    /// <inheritdoc/>
    public override string Name => _whole.Name;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes => _whole.Classes;

    /// <inheritdoc/>
    public override int Count => _indices.Length;

    /// <inheritdoc/>
    public override bool IsMultiLabel => _whole.IsMultiLabel;

    /// <summary>Each image's place in the whole data set.</summary>
    public ReadOnlySpan<int> Indices => _indices;

    /// <inheritdoc/>
    public override string NameOf(int index)
    {
        return _whole.NameOf(_indices[index]);
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<int> LabelsOf(int index)
    {
        return _whole.LabelsOf(_indices[index]);
    }

    /// <inheritdoc/>
    public override Image Read(int index)
    {
        return _whole.Read(_indices[index]);
    }

    /// <inheritdoc/>
    public override JpegFile? OpenJpeg(int index)
    {
        return _whole.OpenJpeg(_indices[index]);
    }
}
