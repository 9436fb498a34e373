namespace EfficientNet.Compiler.Tests.Support;

/// <summary>Reads examples out of the documentation.</summary>
internal static class Markdown
{
    /// <summary>The fenced blocks of a language, in order.</summary>
    public static string[] Blocks(string text, string language) => text.Split($"```{language}\n")[1..].Select(rest => rest[..rest.IndexOf("```", StringComparison.Ordinal)]).ToArray();

    /// <summary>The text below a heading of the second level.</summary>
    public static string Section(string text, string heading)
    {
        string[] parts = text.Split($"\n## {heading}\n");
        if (parts.Length != 2) throw new ArgumentException($"There are {parts.Length - 1} sections '{heading}'.");
        return parts[1].Split("\n## ")[0];
    }
}
