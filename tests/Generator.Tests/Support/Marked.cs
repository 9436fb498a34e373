using EfficientNet.Compiler.Diagnostics;

namespace EfficientNet.Compiler.Tests.Support;

/// <summary>A spec in which the expected place of a diagnostic stands between ⟦ and ⟧.</summary>
internal sealed record Marked(string Text, SourceSpan Span)
{
    public static Marked Of(string marked)
    {
        int start = marked.IndexOf('⟦');
        int end = marked.IndexOf('⟧') - 1;
        if (start < 0 || end < start) throw new ArgumentException("The text marks no place.", nameof(marked));
        string text = marked.Replace("⟦", "").Replace("⟧", "");
        (int startLine, int startColumn) = Locate(text, start);
        (int endLine, int endColumn) = Locate(text, end);
        return new Marked(text, new SourceSpan(start, end - start, startLine, startColumn, endLine, endColumn));
    }

    // On purpose not the parser's way: the lines before the offset are split and counted.
    private static (int Line, int Column) Locate(string text, int offset)
    {
        string[] lines = text[..offset].Replace("\r\n", "\n").Replace('\r', '\n').Split('\n');
        return (lines.Length - 1, lines[^1].Length);
    }
}
