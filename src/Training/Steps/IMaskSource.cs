using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>Decides what stochastic depth and dropout drop.</summary>
public interface IMaskSource
{
    /// <summary>Fills one image's part of a mask for one step.</summary>
    /// <param name="mask">What is dropped, and at which rate.</param>
    /// <param name="image">The image's number in its batch.</param>
    /// <param name="values">Receives <see cref="MaskDescription.Elements"/> factors: 0 where dropped, else 1 / (1 − rate).</param>
    void Fill(MaskDescription mask, int image, Span<float> values);
}
