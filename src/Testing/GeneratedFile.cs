namespace EfficientNet.Testing;

/// <summary>One generated C# file.</summary>
/// <param name="Name">Its name within the generator's output.</param>
/// <param name="Text">Its text, lines ended by LF.</param>
public sealed record GeneratedFile(string Name, string Text);
