using EfficientNet.Compiler.Diagnostics;

namespace EfficientNet.Compiler.Parsing;

/// <summary>Turns offsets of a text into lines and columns; a line ends at CR LF, LF or CR.</summary>
internal sealed class LineMap
{
    private readonly int _length;
    private readonly List<int> _lineStarts = [0];

    public LineMap(string text)
    {
        _length = text.Length;
        for (int i = 0; i < text.Length; i++)
        {
            bool ends = text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n'));
            if (ends) _lineStarts.Add(i + 1);
        }
    }

    /// <summary>The span of <paramref name="length"/> units at <paramref name="start"/>, cut at the end of the text.</summary>
    public SourceSpan Span(int start, int length)
    {
        start = Math.Min(start, _length);
        int end = Math.Min(start + length, _length);
        (int startLine, int startColumn) = Locate(start);
        (int endLine, int endColumn) = Locate(end);
        return new SourceSpan(start, end - start, startLine, startColumn, endLine, endColumn);
    }

    private (int Line, int Column) Locate(int offset)
    {
        int index = _lineStarts.BinarySearch(offset);
        int line = index >= 0 ? index : ~index - 1;
        return (line, offset - _lineStarts[line]);
    }
}
