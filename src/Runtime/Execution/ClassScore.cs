namespace EfficientNet.Runtime;

/// <summary>A class and how much speaks for it.</summary>
/// <param name="Class">Number of the class, from 0.</param>
/// <param name="Score">Its probability in 0..1, or its logit: what was asked for.</param>
public readonly record struct ClassScore(int Class, float Score)
{
    /// <summary>Whether a score comes before another. NaN is below every number, though comparisons with it are false.</summary>
    internal static bool IsAbove(float a, float b)
    {
        return a > b || (float.IsNaN(b) && !float.IsNaN(a));
    }
}
