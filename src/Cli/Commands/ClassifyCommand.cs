using System.CommandLine;
using System.CommandLine.Parsing;
using EfficientNet.Cli.Classification;
using EfficientNet.Cli.Invocation;
using EfficientNet.Cli.Networks;
using EfficientNet.Cli.Output;
using EfficientNet.Cli.Photos;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Commands;

/// <summary><c>efficientnet classify PHOTO…</c>: what is in photos, as a table or as JSON lines.</summary>
internal sealed class ClassifyCommand
{
    private readonly Terminal _terminal;
    private readonly Argument<string[]> _photos = new("PHOTO")
    {
        Description = "PNG and JPEG files, and folders of them.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<NetworkEntry> _network = SharedOptions.Network($"The network. Default: {NetworkCatalogue.Standard.Name}.");
    private readonly Option<string> _weights = SharedOptions.Weights();
    private readonly Option<string> _labels = new("--labels")
    {
        HelpName = "FILE.txt",
        Description = "The names of the classes, one a line. Default: those in the weight file, else ImageNet-1k's, which are inside the program.",
    };

    private readonly Option<int> _top = SharedOptions.Number("--top", "Classes to name for each photo, at most as many as there are.", 1, int.MaxValue, 5);
    private readonly Option<int> _threads = SharedOptions.Threads();
    private readonly Option<int> _batch = SharedOptions.Number("--batch", "Photos that are read and passed through the network together.", 1, SharedOptions.LargestBatch, 1);
    private readonly Option<bool> _json = new("--json")
    {
        Description = "One JSON object a line: file, network, top (class, label, probability), milliseconds (the network's time for the photo).",
    };

    private ClassifyCommand(Terminal terminal) => _terminal = terminal;

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal) => new ClassifyCommand(terminal).Create();

    private Command Create()
    {
        var command = new Command("classify", "Says what is in photos.") { _photos, _network, _weights, _labels, _top, _threads, _batch, _json };
        _photos.Validators.Add(RefuseMistypedOptions);
        command.RequireWeights(_network, _weights);
        command.Runs(_terminal, Run);
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken interrupted)
    {
        bool complete = true;
        IReadOnlyList<string> photos = PhotoFinder.Find(parsed.GetRequiredValue(_photos), Fail);
        if (photos.Count == 0) return ExitCode.Failure;

        NetworkEntry entry = parsed.GetValue(_network) ?? NetworkCatalogue.Standard;
        using CompiledNetwork network = entry.Load(parsed.GetValue(_weights), _terminal);
        ClassLabels labels = ClassLabels.Of(parsed.GetValue(_labels), network);
        using var classifier = new PhotoClassifier(
            network, labels, parsed.GetValue(_top), parsed.GetValue(_threads), Math.Min(parsed.GetValue(_batch), photos.Count));

        if (parsed.GetValue(_json))
        {
            foreach (PhotoOutcome outcome in classifier.Classify(photos, interrupted))
            {
                if (outcome.Result is { } photo) _terminal.StandardOutput.WriteLine(ClassificationJson.Line(photo));
                else Fail(outcome.Failure!);
            }
        }
        else
        {
            var table = new ClassificationTable();
            _terminal.WithProgress("classify", photos.Count, step =>
            {
                foreach (PhotoOutcome outcome in classifier.Classify(photos, interrupted))
                {
                    if (outcome.Result is { } photo) table.Add(photo);
                    else Fail(outcome.Failure!);
                    step();
                }
            });
            table.Show(_terminal);
        }

        return complete ? ExitCode.Success : ExitCode.Failure;

        void Fail(string line)
        {
            complete = false;
            _terminal.Error(line);
        }
    }

    // The parser takes an option that it does not know for one more photo.
    private static void RefuseMistypedOptions(ArgumentResult result)
    {
        foreach (string word in result.Tokens.Select(token => token.Value))
        {
            if (!word.StartsWith('-') || Path.Exists(word)) continue;
            string? suggestion = result.Parent is CommandResult parent ? UsageErrors.Suggestion(word, parent.Command) : null;
            result.AddError($"There is no option or photo '{word}'.{(suggestion is null ? "" : $" {suggestion}")}");
        }
    }
}
