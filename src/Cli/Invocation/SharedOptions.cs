using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using EfficientNet.Cli.Networks;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Invocation;

/// <summary>Options that several commands have, with one meaning and one wording of their errors.</summary>
internal static class SharedOptions
{
    /// <summary>The most images of one pass that a user waits for.</summary>
    public const int LargestBatch = 256;

    /// <summary>The same where a data set is gone through.</summary>
    public const int LargestBatchOfData = 4096;

    private static readonly (string Word, NamingScheme? Scheme)[] Schemes =
        [("torchvision", NamingScheme.TorchVision), ("timm", NamingScheme.Timm), ("lukemelas", NamingScheme.Lukemelas)];

    /// <summary><c>--loader-threads N</c> of commands that go through a data set.</summary>
    public static Option<int> LoaderThreads() => Number("--loader-threads", "Threads that read images beside them.", 1, 64, 1);

    /// <summary><c>--network NAME</c>, in any case.</summary>
    public static Option<NetworkEntry> Network(string description) => new("--network")
    {
        HelpName = "NAME",
        Description = description,
        CustomParser = FindNetwork,
    };

    /// <summary><c>--weights FILE</c> of a network that is to run.</summary>
    public static Option<string> Weights() =>
        Weights("Weights under the tensor names of torchvision, timm or lukemelas. Default: those inside the program, if it has the network's.");

    /// <summary><c>--weights FILE</c>.</summary>
    public static Option<string> Weights(string description) => new("--weights")
    {
        HelpName = "FILE.safetensors|FILE.pth",
        Description = description,
    };

    /// <summary><c>--names LIBRARY</c> of commands that write weights.</summary>
    public static Option<NamingScheme?> Names(string description) => OneOf("--names", description, Schemes);

    /// <summary><c>--labels FILE</c> of commands that write labels into a file; <see cref="Classification.ClassLabels.For"/> reads it.</summary>
    public static Option<string> LabelsToKeep() => new("--labels")
    {
        HelpName = "FILE.txt",
        Description = "The names of the classes, one a line. Default: those of the weight file, else ImageNet-1k's for 1000 classes, else none.",
    };

    /// <summary>An option that takes one of a few words, in any case.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For the help.</param>
    /// <param name="choices">The words and what they mean.</param>
    public static Option<T> OneOf<T>(string name, string description, IReadOnlyList<(string Word, T Meaning)> choices) => new(name)
    {
        HelpName = string.Join('|', choices.Select(choice => choice.Word)),
        Description = description,
        CustomParser = result =>
        {
            string given = result.Tokens[0].Value;
            foreach ((string word, T meaning) in choices)
            {
                if (string.Equals(word, given, StringComparison.OrdinalIgnoreCase)) return meaning;
            }
            result.AddError($"{name} does not take '{given}': {Suggestions.For(given, choices.Select(choice => choice.Word))}");
            return default;
        },
    };

    /// <summary><c>--threads N</c>.</summary>
    public static Option<int> Threads() => Number(
        "--threads", "Threads that share one pass of the network; 0 is one for each processor.", 0, WorkerTeam.MaximumWorkers, 0);

    /// <summary>An option that takes a whole number.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For the help.</param>
    /// <param name="least">The smallest that makes sense.</param>
    /// <param name="most">The largest that makes sense; <see cref="int.MaxValue"/> when there is none.</param>
    /// <param name="standard">What holds when the option is not given.</param>
    public static Option<int> Number(string name, string description, int least, int most, int standard) => new(name)
    {
        HelpName = "N",
        Description = description,
        DefaultValueFactory = _ => standard,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= least && number <= most) return number;
            string range = most == int.MaxValue && !text.All(char.IsAsciiDigit) ? $"of at least {least}" : $"from {least} to {most}";
            result.AddError($"{name} takes a whole number {range}, not '{text}'.");
            return standard;
        },
    };

    /// <summary>An option that takes a number.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">For the help.</param>
    /// <param name="least">The smallest that makes sense.</param>
    /// <param name="most">The largest that makes sense.</param>
    public static Option<double?> Real(string name, string description, double least, double most) => new(name)
    {
        HelpName = "X",
        Description = description,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= least && number <= most) return number;
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{name} takes a number from {least} to {most}, not '{text}'."));
            return null;
        },
    };

    /// <summary>An argument that names a network.</summary>
    public static Argument<NetworkEntry> NetworkArgument() => new("NETWORK")
    {
        Description = "The network's name, as 'efficientnet networks' lists it.",
        CustomParser = FindNetwork,
    };

    /// <summary>Makes a network without weights inside the program demand <c>--weights</c>.</summary>
    public static void RequireWeights(this Command command, Option<NetworkEntry> network, Option<string> weights) =>
        command.RequireWeights(result => result.GetResult(network)?.Tokens, weights);

    /// <inheritdoc cref="RequireWeights(Command, Option{NetworkEntry}, Option{string})"/>
    public static void RequireWeights(this Command command, Argument<NetworkEntry> network, Option<string> weights) =>
        command.RequireWeights(result => result.GetResult(network)?.Tokens, weights);

    private static void RequireWeights(this Command command, Func<CommandResult, IReadOnlyList<Token>?> network, Option<string> weights) =>
        command.Validators.Add(result =>
        {
            // By the words themselves: asking for the value of an option with an error throws.
            if (result.GetResult(weights) is not null || network(result) is not [{ Value: var name }]) return;
            if (NetworkCatalogue.Find(name) is { HasWeightsInside: false } entry)
            {
                result.AddError($"{entry.Name} has no weights inside the program: name a file with --weights.");
            }
        });

    private static NetworkEntry? FindNetwork(ArgumentResult result)
    {
        string name = result.Tokens[0].Value;
        if (NetworkCatalogue.Find(name) is { } entry) return entry;
        result.AddError($"There is no network '{name}': {Suggestions.For(name, NetworkCatalogue.All.Select(known => known.Name))}");
        return null;
    }
}
