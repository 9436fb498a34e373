namespace EfficientNet.Tests;

/// <content>The rule's images, as a benchmark passes them to a session.</content>
internal static partial class WeightRule
{
    /// <summary>Normalised images [N, 3, R, R].</summary>
    public static float[] Input(int images, int resolution) => Values("input", [images, 3, resolution, resolution]);
}
