namespace EfficientNet.Cli.Classification;

/// <summary>What a network sees in one photo.</summary>
/// <param name="File">The photo, as the user named it.</param>
/// <param name="Network">The network's name.</param>
/// <param name="Top">The most probable classes, the most probable first.</param>
/// <param name="Milliseconds">The network's time: of a batch, this photo's share.</param>
internal sealed record ClassifiedPhoto(string File, string Network, IReadOnlyList<Prediction> Top, double Milliseconds);

/// <summary>One class and its probability.</summary>
/// <param name="Class">The class's number, from 0.</param>
/// <param name="Label">Its name.</param>
/// <param name="Probability">From 0 to 1.</param>
internal sealed record Prediction(int Class, string Label, float Probability);

/// <summary>How one photo went.</summary>
/// <param name="Result">What was seen; null when the photo could not be read.</param>
/// <param name="Failure">Then the file and the reason, in one line.</param>
internal sealed record PhotoOutcome(ClassifiedPhoto? Result, string? Failure);
