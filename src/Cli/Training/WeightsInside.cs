using EfficientNet.Cli.Invocation;
using EfficientNet.Cli.Networks;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Training;

/// <summary>The word <c>inside</c> in place of a file of weights to begin with: those inside the program.</summary>
internal static class WeightsInside
{
    private const string Word = "inside";

    /// <summary>How to open them; null where the user named something else.</summary>
    /// <param name="entry">The network.</param>
    /// <param name="named">What the user named: a file, the word, or nothing.</param>
    /// <param name="name">What to call the weights; null for none.</param>
    /// <exception cref="CommandFailureException">There are none inside.</exception>
    public static Func<WeightFile>? Of(NetworkEntry entry, string? named, out string? name)
    {
        name = named;
        if (named != Word) return null;
        string resource = entry.Weights ?? throw new CommandFailureException($"--weights {Word}: {entry.Name} has no weights inside the program");
        name = resource;
        return () => WeightFile.Open(Resources.Open(resource), resource);
    }
}
