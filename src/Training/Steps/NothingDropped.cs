using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>Drops nothing.</summary>
public sealed class NothingDropped : IMaskSource
{
    /// <summary>The only one that is needed.</summary>
    public static NothingDropped Instance { get; } = new();

    /// <inheritdoc/>
    public void Fill(MaskDescription mask, int image, Span<float> values)
    {
        values.Fill(1);
    }
}
