using System.Text;
using Spectre.Console;

namespace EfficientNet.Cli.Output;

/// <summary>
/// Where the program writes. What is redirected is UTF-8 with LF line ends and without colours on every machine; what
/// goes to a terminal is as that terminal likes it.
/// </summary>
internal sealed class Terminal : IDisposable
{
    // Wide enough for any table: a file has no margin at which lines should break.
    private const int UnboundedWidth = 1 << 14;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly Lock _lock = new();
    private IAnsiConsole? _progress;

    /// <summary>Opens both outputs.</summary>
    public Terminal()
    {
        // Set as the console's own: colours and bars are for writers that are the console's.
        if (!Console.IsOutputRedirected) Console.SetOut(new TerminalWriter(Console.Out));
        if (!Console.IsErrorRedirected) Console.SetError(new TerminalWriter(Console.Error));
        StandardOutput = Console.IsOutputRedirected ? Redirected(new RedirectedStream(Console.OpenStandardOutput(), "standard output")) : Console.Out;
        StandardError = Console.IsErrorRedirected ? Redirected(new RedirectedStream(Console.OpenStandardError(), name: null)) : Console.Error;
    }

    /// <summary>Results.</summary>
    public TextWriter StandardOutput { get; }

    /// <summary>Errors, warnings, progress.</summary>
    public TextWriter StandardError { get; }

    /// <summary>Whether a person is looking at both outputs.</summary>
    public static bool IsInteractive => !Console.IsOutputRedirected && !Console.IsErrorRedirected;

    /// <summary>Writes one line about something that failed.</summary>
    /// <param name="message">The file, a colon, the reason.</param>
    public void Error(string message) => ErrorLine($"efficientnet: {message}");

    /// <summary>Writes something that failed, and the lines that say more of it.</summary>
    public void Error(string[] lines)
    {
        Error(lines[0]);
        foreach (string line in lines.Skip(1)) ErrorLine($"  {line}");
    }

    /// <summary>Writes one line about something that is probably a mistake.</summary>
    public void Warning(string message) => ErrorLine($"efficientnet: warning: {message}");

    /// <summary>Shows a table to people.</summary>
    public void Show(Table table) => Surface(StandardOutput, Console.IsOutputRedirected).Write(table);

    /// <summary>Does long work under a progress bar, where a person is looking and there is more than one step.</summary>
    /// <param name="what">The work, in a word.</param>
    /// <param name="steps">How many there are.</param>
    /// <param name="work">Does it; calls its argument after each step.</param>
    public void WithProgress(string what, int steps, Action<Action> work)
    {
        if (!IsInteractive || steps < 2)
        {
            work(static () => { });
            return;
        }

        UnderBar(new TaskDescriptionColumn(), what, steps, task => work(() => task.Increment(1)));
    }

    /// <summary>Writes one line of results; past a bar, where there is one.</summary>
    public void Line(string line)
    {
        lock (_lock)
        {
            if (_progress is { } bar) bar.WriteLine(OneLine(line));
            else StandardOutput.WriteLine(OneLine(line));
        }
    }

    /// <summary>Does long work under a live line with a bar and the time that is left, where a person is looking.</summary>
    /// <param name="steps">How many steps there are.</param>
    /// <param name="done">How many are done.</param>
    /// <param name="work">Does it; tells its argument after each step how many are done, and what to show beside the bar.</param>
    public void WithMeter(long steps, long done, Action<Action<long, string>> work)
    {
        if (!IsInteractive)
        {
            work(static (_, _) => { });
            return;
        }

        UnderBar(new TaskDescriptionColumn { Alignment = Justify.Left }, "train", steps, task =>
        {
            task.Value = done;
            work((at, text) =>
            {
                task.Value = at;
                task.Description = Markup.Escape(text);
            });
        });
    }

    /// <summary>Text with control characters replaced: names of files come from anywhere and must not steer the terminal.</summary>
    public static string OneLine(string text) =>
        text.Any(IsControl) ? string.Concat(text.Select(c => IsControl(c) ? '?' : c)) : text;

    /// <summary>Writes out what is still held back.</summary>
    public void Dispose()
    {
        // A bar that nobody ended has hidden it.
        _progress?.Cursor.Show(true);
        StandardOutput.Flush();
        StandardError.Flush();
    }

    private void UnderBar(TaskDescriptionColumn description, string what, long steps, Action<ProgressTask> work)
    {
        _progress = Surface(StandardError, redirected: false);
        try
        {
            _progress.Progress()
                .AutoClear(true)
                .Columns(description, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .Start(context => work(context.AddTask(what, maxValue: steps)));
        }
        finally
        {
            _progress = null;
        }
    }

    private static bool IsControl(char c) => char.IsControl(c) || c is '\u2028' or '\u2029';

    private void ErrorLine(string line)
    {
        lock (_lock)
        {
            // Past the bar, not into it.
            if (_progress is { } bar) bar.WriteLine(OneLine(line));
            else StandardError.WriteLine(OneLine(line));
        }
    }

    private static StreamWriter Redirected(Stream stream) => new(stream, Utf8) { AutoFlush = true, NewLine = "\n" };

    private static IAnsiConsole Surface(TextWriter writer, bool redirected)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = redirected ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = redirected ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Out = new AnsiConsoleOutput(writer),
            // A build server's environment variables would otherwise change what a file holds.
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
        });
        if (redirected) console.Profile.Width = UnboundedWidth;
        return console;
    }
}
