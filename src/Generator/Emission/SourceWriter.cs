using System.Text;

namespace EfficientNet.Compiler.Emission;

/// <summary>Text with an indentation. Lines end with a line feed on every machine, so that output is the same everywhere.</summary>
internal sealed class SourceWriter
{
    private readonly StringBuilder _text = new();
    private int _depth;

    /// <summary>Writes one line, or several where the text holds line feeds.</summary>
    public SourceWriter Line(string text = "")
    {
        foreach (string line in text.Split('\n'))
        {
            if (line.Length > 0) _text.Append(' ', _depth * 4).Append(line);
            _text.Append('\n');
        }

        return this;
    }

    /// <summary>A number with its noun.</summary>
    public static string Count(int number, string noun) => $"{number} {noun}{(number == 1 ? "" : "s")}";

    /// <summary>Writes a header and an opening brace; disposing what it returns writes the closing one.</summary>
    public IDisposable Block(string header = "", string close = "}")
    {
        if (header.Length > 0) Line(header);
        Line("{");
        _depth++;
        return new Closing(this, close);
    }

    public override string ToString() => _text.ToString();

    private sealed class Closing(SourceWriter writer, string close) : IDisposable
    {
        public void Dispose()
        {
            writer._depth--;
            writer.Line(close);
        }
    }
}
