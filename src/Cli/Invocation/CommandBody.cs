using System.CommandLine;
using System.CommandLine.Parsing;
using EfficientNet.Cli.Output;
using EfficientNet.Imaging;
using EfficientNet.Runtime;
using EfficientNet.Training;

namespace EfficientNet.Cli.Invocation;

/// <summary>Turns how a command's work ended into an exit code and, where it failed, one line.</summary>
internal static class CommandBody
{
    /// <summary>Sets what a command does.</summary>
    /// <param name="command">The command.</param>
    /// <param name="terminal">Where errors go.</param>
    /// <param name="body">The work. Its token is cancelled by Ctrl-C.</param>
    public static void Runs(this Command command, Terminal terminal, Func<ParseResult, CancellationToken, int> body)
    {
        command.Validators.Add(RefuseEmptyTexts);
        // On a thread of its own: the caller must be free to stop waiting for it after Ctrl-C.
        command.SetAction((parsed, interrupted) => Task.Run(() => Execute(terminal, () => body(parsed, interrupted)), CancellationToken.None));
    }

    /// <summary>The same for work that is waited for when it is interrupted: its token is cancelled by the first signal, and the second ends the program.</summary>
    public static void RunsToItsEnd(this LongCommand command, Terminal terminal, Func<ParseResult, CancellationToken, int> body) => command.Runs(terminal, (parsed, _) =>
    {
        using var interruption = new Interruption();
        return body(parsed, interruption.Token);
    });

    /// <summary>An empty text is what a shell makes of a variable that is not set: no option and no argument means anything by it.</summary>
    private static void RefuseEmptyTexts(CommandResult command)
    {
        foreach (SymbolResult given in command.Children.Where(child => child.Tokens.Any(token => token.Value.Length == 0)))
        {
            string name = given is OptionResult option ? option.Option.Name : ((ArgumentResult)given).Argument.Name;
            command.AddError($"{name} is given an empty text.");
        }
    }

    private static int Execute(Terminal terminal, Func<int> body)
    {
        try
        {
            return body();
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception exception) when (exception is CommandFailureException or WeightFileException or ImageFormatException
            or DatasetException or CheckpointException or RunException or PlatformNotSupportedException or OutOfMemoryException)
        {
            // These say what is wrong and in which file. Anything else is a mistake in this program, whose stack trace is wanted.
            terminal.Error(exception.Message.Split('\n', StringSplitOptions.TrimEntries));
            return ExitCode.Failure;
        }
    }
}
