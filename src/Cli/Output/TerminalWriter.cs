using System.Globalization;
using System.Text;

namespace EfficientNet.Cli.Output;

/// <summary>An output that a person looks at. What it no longer takes, because the terminal is gone, nobody misses: the work goes on.</summary>
/// <param name="terminal">The output.</param>
internal sealed class TerminalWriter(TextWriter terminal) : TextWriter(CultureInfo.InvariantCulture)
{
    public override Encoding Encoding => terminal.Encoding;

    public override void Write(char value) => Forgiving(() => terminal.Write(value));

    public override void Write(string? value) => Forgiving(() => terminal.Write(value));

    public override void Write(char[] buffer, int index, int count) => Forgiving(() => terminal.Write(buffer, index, count));

    public override void Flush() => Forgiving(terminal.Flush);

    private static void Forgiving(Action write)
    {
        try
        {
            write();
        }
        catch (IOException)
        {
            // The terminal is gone, and with it whoever could be told.
        }
    }
}
