using EfficientNet.Imaging;

namespace EfficientNet.Training;

/// <summary>Some images of a data set.</summary>
public sealed class DatasetSubset : ImageDataset
{
    private readonly ImageDataset _whole;
    private readonly int[] _indices;

    /// <summary>Chooses images.</summary>
    /// <param name="whole">The data set.</param>
    /// <param name="indices">Numbers of images in it; their order is the subset's.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is no image's.</exception>
    public DatasetSubset(ImageDataset whole, IEnumerable<int> indices)
    {
        ArgumentNullException.ThrowIfNull(whole);
        ArgumentNullException.ThrowIfNull(indices);
        _whole = whole;
        _indices = indices.ToArray();
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

    /// <inheritdoc/>
    public override string NameOf(int index) => _whole.NameOf(_indices[index]);

    /// <inheritdoc/>
    public override ReadOnlySpan<int> LabelsOf(int index) => _whole.LabelsOf(_indices[index]);

    /// <inheritdoc/>
    public override Image Read(int index) => _whole.Read(_indices[index]);
}
