using System.CommandLine;
using EfficientNet.Cli.Classification;
using EfficientNet.Cli.Invocation;
using EfficientNet.Cli.Networks;
using EfficientNet.Cli.Output;
using EfficientNet.Cli.Training;
using EfficientNet.Runtime;
using EfficientNet.Training;

namespace EfficientNet.Cli.Commands;

/// <summary><c>efficientnet evaluate</c>: how often a network is right about images with known classes.</summary>
internal sealed class EvaluateCommand
{
    private readonly Terminal _terminal;
    private readonly DataOptions _data = new();
    private readonly Option<NetworkEntry> _network = SharedOptions.Network($"The network. Default: {NetworkCatalogue.Standard.Name}.");
    private readonly Option<string> _weights = SharedOptions.Weights();
    private readonly Option<int> _batch = SharedOptions.Number("--batch", "Images that are passed through the network together.", 1, SharedOptions.LargestBatchOfData, 32);
    private readonly Option<int> _threads = SharedOptions.Threads();
    private readonly Option<int> _loaders = SharedOptions.LoaderThreads();
    private readonly Option<bool> _json = new("--json")
    {
        Description = "One JSON object: images, top1, top5, loss, classes (label, images, precision, recall), confusion (rows: what it is, columns: what it is taken for). With many labels: images, meanAveragePrecision, loss, classes, each with averagePrecision.",
    };

    private EvaluateCommand(Terminal terminal) => _terminal = terminal;

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal) => new EvaluateCommand(terminal).Create();

    private Command Create()
    {
        var command = new Command("evaluate", "Says how often a network is right about images with known classes.") { _network, _weights };
        _data.AddTo(command);
        foreach (Option option in new Option[] { _batch, _threads, _loaders, _json }) command.Options.Add(option);
        command.RequireWeights(_network, _weights);
        command.Runs(_terminal, Run);
        return command;
    }

    private static string LabelsOf(bool many) => many ? "any number of labels an image" : "one label an image";

    private int Run(ParseResult parsed, CancellationToken interrupted)
    {
        NetworkEntry entry = parsed.GetValue(_network) ?? NetworkCatalogue.Standard;
        using CompiledNetwork network = entry.Load(parsed.GetValue(_weights), _terminal);
        ImageDataset data = _data.Open(parsed, ClassLabels.NamesOf(network));
        if (data.Classes.Count != network.KnownClasses)
            throw new CommandFailureException($"{data.Name}: has {data.Classes.Count} classes, and the weights of {entry.Name} know {network.KnownClasses}");
        if (network.Metadata.IsMultiLabel is { } many && many != data.IsMultiLabel)
            throw new CommandFailureException($"{data.Name}: has {LabelsOf(data.IsMultiLabel)}, and the weights of {entry.Name} were trained for {LabelsOf(many)}");

        var options = new EvaluatorOptions { BatchSize = parsed.GetValue(_batch), Threads = parsed.GetValue(_threads), LoaderThreads = parsed.GetValue(_loaders), Fit = _data.FitOf(parsed, data, network.Network.Resolution) };
        Evaluation? evaluation = null;
        _terminal.WithProgress("evaluate", data.Count, step =>
        {
            int done = 0;
            evaluation = Evaluator.Evaluate(network, data, options, seen =>
            {
                for (; done < seen; done++) step();
            }, interrupted);
        });
        if (parsed.GetValue(_json)) _terminal.StandardOutput.WriteLine(EvaluationJson.Line(evaluation!));
        else EvaluationTable.Show(_terminal, evaluation!);
        return ExitCode.Success;
    }
}
