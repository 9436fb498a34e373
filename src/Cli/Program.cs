using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;
using EfficientNet.Cli.Commands;
using EfficientNet.Cli.Invocation;
using EfficientNet.Cli.Output;

namespace EfficientNet.Cli;

/// <summary>The program <c>efficientnet</c>: compiled networks on the command line.</summary>
internal static class Program
{
    // What the command line's library returns for a SIGTERM that a call does not notice: 128 + SIGTERM.
    private const int TerminatedInvocation = 143;

    // A call that does not notice Ctrl-C within this time, because it waits for a pipe say, is not waited for.
    private static readonly TimeSpan PatienceAfterInterrupt = TimeSpan.FromSeconds(2);

    // SIGXFSZ of Linux and macOS: a file that is longer than the process may write it ends the process, unless somebody listens. Then the write fails, and is told as any other.
    private const PosixSignal FileSizeExceeded = (PosixSignal)25;

    /// <summary>Runs one command.</summary>
    /// <param name="arguments">The command line without the program's name.</param>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> Main(string[] arguments)
    {
        using PosixSignalRegistration? tooLong = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(FileSizeExceeded, context => context.Cancel = true);
        using var terminal = new Terminal();
        RootCommand root = Commands(terminal);
        // No response files: a photo's name may begin with '@'.
        ParseResult parsed = root.Parse(arguments, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            terminal.Error(UsageErrors.OneLine(parsed));
            return ExitCode.WrongUsage;
        }

        try
        {
            int code = await parsed.InvokeAsync(new InvocationConfiguration
            {
                Output = terminal.StandardOutput,
                Error = terminal.StandardError,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = parsed.CommandResult.Command is LongCommand ? null : PatienceAfterInterrupt,
            });
            // What did not notice a SIGTERM in time ends like what did.
            return code == TerminatedInvocation ? ExitCode.Interrupted : code;
        }
        // Commands say themselves what failed; help and version are written by none.
        catch (CommandFailureException exception)
        {
            terminal.Error(exception.Message);
            return ExitCode.Failure;
        }
    }

    private static RootCommand Commands(Terminal terminal) => new("Runs EfficientNets that were compiled to straight-line code.")
    {
        ClassifyCommand.Create(terminal),
        RunCommand.Create(terminal),
        InspectCommand.Create(terminal),
        NetworksCommand.Create(terminal),
        ConvertCommand.Create(terminal),
        BenchmarkCommand.Create(terminal),
        ExportCommand.Create(terminal),
        TrainCommand.Create(terminal),
        EvaluateCommand.Create(terminal),
    };
}
