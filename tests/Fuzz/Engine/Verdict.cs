namespace EfficientNet.Fuzz.Tests.Engine;

/// <summary>What became of one input.</summary>
/// <param name="Accepted">Whether the parser took it.</param>
/// <param name="Allocated">Bytes that were allocated meanwhile.</param>
/// <param name="Finding">What is wrong with the parser; null for nothing.</param>
internal readonly record struct Verdict(bool Accepted, long Allocated, string? Finding);
