using System.CommandLine;
using EfficientNet.Cli.Invocation;
using EfficientNet.Cli.Networks;
using EfficientNet.Cli.Output;
using EfficientNet.Cli.Training;
using EfficientNet.Runtime;
using EfficientNet.Training;

namespace EfficientNet.Cli.Commands;

/// <summary><c>efficientnet train</c>: a network learns from images with known classes.</summary>
internal sealed class TrainCommand
{
    private const string Body = "body";

    private readonly Terminal _terminal;
    private readonly DataOptions _data = new();
    private readonly RecipeOptions _recipe = new();
    private readonly Option<NetworkEntry> _network = SharedOptions.Network($"The network: {string.Join(", ", NetworkCatalogue.Trainable.Select(entry => entry.Name))}. Others are trained in a project of one's own.");
    private readonly Option<int> _epochs = SharedOptions.Number("--epochs", "How often the images are gone through; what makes no whole update is left out each time.", 1, 100_000, 10);
    private readonly Option<int> _batch = SharedOptions.Number("--batch", "Images of one pass; BatchNorm takes its mean and variance over them.", 1, SharedOptions.LargestBatchOfData, 32);
    private readonly Option<int> _accumulate = SharedOptions.Number("--accumulate", "Passes whose gradients make one update.", 1, SharedOptions.LargestBatchOfData, 1);
    private readonly Option<string> _weights = SharedOptions.Weights("Weights to begin with, of any number of classes; 'inside' for those inside the program. Default: random ones.");
    private readonly Option<string?> _freeze = new("--freeze")
    {
        HelpName = "body|PART",
        Description = "What is not trained: everything before the head, or the parts up to the one named. Default: nothing.",
    };

    private readonly Option<string?> _validation = new("--validation")
    {
        HelpName = "DIR|FILE.csv",
        Description = "Images to judge every epoch by. Default: those that come with the others, else a part of them.",
    };

    private readonly Option<double?> _share = SharedOptions.Real("--validation-share", "The part of the images that is set aside where there are no others. Default: 0.2.", 0.001, 0.9);
    private readonly Option<int> _seed = SharedOptions.Number("--seed", "What all random numbers follow from.", 0, int.MaxValue, 0);
    private readonly Option<int> _threads = SharedOptions.Threads();
    private readonly Option<int> _loaders = SharedOptions.LoaderThreads();
    private readonly Option<int> _every = SharedOptions.Number("--checkpoint-every", "Updates between two checkpoints, beside the one after each epoch.", 1, int.MaxValue, 500);
    private readonly Option<int> _keep = SharedOptions.Number("--keep", "Checkpoints that are kept.", 1, 1000, 3);
    private readonly Option<NamingScheme?> _names = SharedOptions.Names("Whose names the written tensors get. Default: the library's that has the network: torchvision's for B0 and Digits, timm's for Lite0 and V2B0.");
    private readonly Option<bool> _histograms = new("--histograms") { Description = "Histograms of all weights for TensorBoard after each epoch." };
    private readonly Option<bool> _unchecked = new("--no-check") { Description = "Does not read every image before the first step." };
    private readonly Option<bool> _resume = new("--resume") { Description = "Goes on from the newest checkpoint in the folder." };
    private readonly Option<string> _output = new("--output")
    {
        HelpName = "DIR",
        Description = "Receives checkpoints, weights (best.safetensors, last.safetensors), metrics and report.html.",
        Required = true,
    };

    private TrainCommand(Terminal terminal) => _terminal = terminal;

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal) => new TrainCommand(terminal).Create();

    private Command Create()
    {
        var command = new LongCommand("train", "Trains a network on images with known classes, or fine-tunes it.") { _network };
        _network.Required = true;
        _data.AddTo(command);
        foreach (Option option in new Option[] { _validation, _share, _epochs, _batch, _accumulate }) command.Options.Add(option);
        _recipe.AddTo(command);
        foreach (Option option in new Option[] { _weights, _freeze, _seed, _threads, _loaders, _every, _keep, _names, _histograms, _unchecked, _resume, _output }) command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetResult(_network)?.Tokens is [{ Value: var name }] && NetworkCatalogue.Find(name) is { Training: null } entry)
                result.AddError($"{entry.Name} is compiled without its backward pass: {string.Join(", ", NetworkCatalogue.Trainable.Select(other => other.Name))} have one.");
        });
        command.Validators.Add(result =>
        {
            if (result.GetResult(_validation) is not null && result.GetResult(_share) is not null)
                result.AddError($"{_share.Name} is a part of the images to learn from: leave it out where {_validation.Name} names others.");
        });
        command.RunsToItsEnd(_terminal, Run);
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken interrupted)
    {
        NetworkEntry entry = parsed.GetRequiredValue(_network);
        NetworkLoading.CheckEnvironment();
        // What is wrong with the command is said before every image is read.
        TrainingProgram program = entry.Training!();
        string? firstTrained = FirstTrained(program.Description, parsed.GetValue(_freeze));
        Func<WeightFile>? inside = WeightsInside.Of(entry, parsed.GetValue(_weights), out string? weights);
        bool resume = parsed.GetValue(_resume);
        // A run that goes on has its own.
        if (weights is not null && inside is null && !resume) WeightFile.Open(weights).Dispose();
        string output = parsed.GetRequiredValue(_output);
        if (!resume) TrainingRun.CheckOutput(output);
        _data.CheckOutput(parsed, parsed.GetValue(_validation), output);

        var seed = (ulong)parsed.GetValue(_seed);
        Action<ImageDataset, bool>? check = parsed.GetValue(_unchecked) ? null : (data, learned) => DataCheck.Run(_terminal, data, learned, interrupted);
        (ImageDataset training, ImageDataset validation) = _data.OpenBoth(parsed, parsed.GetValue(_validation), parsed.GetValue(_share), seed, check);
        var options = new RunOptions
        {
            Output = output,
            Recipe = _recipe.Of(parsed, weights is not null),
            Epochs = parsed.GetValue(_epochs),
            BatchSize = parsed.GetValue(_batch),
            Accumulation = parsed.GetValue(_accumulate),
            Seed = seed,
            Weights = weights,
            OpenWeights = inside,
            Names = parsed.GetValue(_names),
            FirstTrained = firstTrained,
            Fit = _data.FitOf(parsed, training, program.Description.Network.Resolution),
            Threads = parsed.GetValue(_threads),
            LoaderThreads = parsed.GetValue(_loaders),
            CheckpointEvery = parsed.GetValue(_every),
            KeepCheckpoints = parsed.GetValue(_keep),
            Histograms = parsed.GetValue(_histograms),
            Resume = resume,
            Warning = _terminal.Warning,
        };
        RunResult? result = null;
        FileReason.Writing(output, () => result = TrainingReport.Follow(_terminal, program, training, validation, options, interrupted));
        TrainingReport.End(_terminal, output, result!);
        return ExitCode.Success;
    }

    private static string? FirstTrained(TrainingDescription description, string? frozen)
    {
        if (frozen is null) return null;
        if (frozen == Body) return description.Parts[^1];
        for (int i = 0; i < description.Parts.Count - 1; i++)
        {
            if (description.Parts[i] == frozen) return description.Parts[i + 1];
        }

        throw new CommandFailureException($"--freeze {frozen}: {description.Network.Name} has no such part before its head; its parts are {string.Join(", ", description.Parts.SkipLast(1))}");
    }
}
