namespace EfficientNet.Reliability.Tests.Faults;

/// <summary>What is found in a <see cref="GrowingLog"/>.</summary>
/// <param name="Numbers">How many numbers can be read, without a gap from the first on.</param>
/// <param name="IsWhole">Whether there is nothing beside them.</param>
internal sealed record LogContent(long Numbers, bool IsWhole);
