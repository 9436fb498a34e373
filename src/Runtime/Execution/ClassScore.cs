namespace EfficientNet.Runtime;

/// <summary>A class and how much speaks for it.</summary>
/// <param name="Class">Number of the class, from 0.</param>
/// <param name="Score">Its probability in 0..1, or its logit: what was asked for.</param>
public readonly record struct ClassScore(int Class, float Score);
