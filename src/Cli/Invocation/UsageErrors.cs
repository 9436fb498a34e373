using System.CommandLine;

namespace EfficientNet.Cli.Invocation;

/// <summary>Says in one line what is wrong with a command line.</summary>
internal static class UsageErrors
{
    /// <summary>All mistakes, a suggestion where a word is nearly right, and where help is.</summary>
    /// <param name="parsed">A command line with errors.</param>
    public static string OneLine(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        IEnumerable<string> errors = parsed.Errors.Select(error => error.Message.Trim());
        IEnumerable<string> suggestions = parsed.UnmatchedTokens
            .Select(word => Suggestion(word, command))
            .OfType<string>();
        string help = command is RootCommand ? "efficientnet --help" : $"efficientnet {command.Name} --help";
        return $"{string.Join(' ', errors.Concat(suggestions).Distinct())} (See '{help}'.)";
    }

    /// <summary>"Did you mean …?" where a command or option of <paramref name="command"/> is near.</summary>
    /// <param name="word">What was typed.</param>
    /// <param name="command">Where it was typed.</param>
    public static string? Suggestion(string word, Command command)
    {
        string? nearest = Compiler.Parsing.Suggestions.Nearest(word, command.Children.Where(child => child is not Argument).Select(child => child.Name));
        return nearest is null || nearest == word ? null : $"Did you mean '{nearest}'?";
    }
}
