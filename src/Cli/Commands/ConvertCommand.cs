using System.CommandLine;
using System.CommandLine.Parsing;
using EfficientNet.Cli.Classification;
using EfficientNet.Cli.Invocation;
using EfficientNet.Cli.Networks;
using EfficientNet.Cli.Output;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Commands;

/// <summary><c>efficientnet convert INPUT</c>: published weights as safetensors, with everything inside that a load wants to know.</summary>
internal sealed class ConvertCommand
{
    private const int ImageNetClasses = 1000;

    private static readonly Dictionary<string, string> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        ["F32"] = "F32",
        ["F16"] = "F16",
        ["BF16"] = "BF16",
    };

    private static readonly Dictionary<string, NamingScheme> Schemes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["torchvision"] = NamingScheme.TorchVision,
        ["timm"] = NamingScheme.Timm,
        ["lukemelas"] = NamingScheme.Lukemelas,
    };

    private readonly Terminal _terminal;
    private readonly Argument<string> _input = new("INPUT")
    {
        Description = "A PyTorch file (.pth, .pt: tensors are read, code is never run) or a safetensors file.",
    };

    private readonly Option<string> _output = new("--output")
    {
        HelpName = "OUT.safetensors",
        Description = "Receives the weights; replaced if it exists.",
        Required = true,
    };

    private readonly Option<string> _type = OneOf("--type", "F32|F16|BF16", "Type of the values. Default: F32.", Types);
    private readonly Option<NamingScheme?> _names = new("--names")
    {
        HelpName = "torchvision|timm|lukemelas",
        Description = "Whose names the tensors get. Default: those that they have.",
        CustomParser = result => Parse(result, "--names", Schemes, out NamingScheme scheme) ? scheme : null,
    };

    private readonly Option<NetworkEntry> _network = SharedOptions.Network("The network. Default: the only one whose tensors these are.");
    private readonly Option<string> _labels = new("--labels")
    {
        HelpName = "FILE.txt",
        Description = "The names of the classes, one a line. Default: those in INPUT, else ImageNet-1k's for 1000 classes, else none.",
    };

    private ConvertCommand(Terminal terminal) => _terminal = terminal;

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal) => new ConvertCommand(terminal).Create();

    private Command Create()
    {
        var command = new Command("convert", "Writes a network's weights as safetensors, with its conventions, preprocessing and labels inside.")
        {
            _input, _output, _type, _names, _network, _labels,
        };
        command.Runs(_terminal, Run);
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken interrupted)
    {
        string output = parsed.GetRequiredValue(_output);
        ConvertedWeights weights = Read(parsed);
        interrupted.ThrowIfCancellationRequested();
        FileReason.Writing(output, () => weights.Write(output));
        return ExitCode.Success;
    }

    // The input is closed before the output is written: they may be one file.
    private ConvertedWeights Read(ParseResult parsed)
    {
        using WeightFile file = WeightFile.Open(parsed.GetRequiredValue(_input));
        NetworkDescription network = (parsed.GetValue(_network) ?? OnlyOneThatFits(file)).Description;
        return WeightConverter.Convert(network, file, new WeightConversion
        {
            DataType = parsed.GetValue(_type) ?? "F32",
            Names = parsed.GetValue(_names),
            Labels = Labels(parsed.GetValue(_labels), file, network),
            Warning = _terminal.Warning,
        });
    }

    private static NetworkEntry OnlyOneThatFits(WeightFile file)
    {
        NetworkEntry[] fitting = NetworkCatalogue.All.Where(entry => WeightConverter.Fits(entry.Description, file)).ToArray();
        return fitting switch
        {
            [var only] => only,
            [] => throw new CommandFailureException($"{file.Name}: has the tensors of none of the program's networks; name one with --network to see what is missing"),
            _ => throw new CommandFailureException($"{file.Name}: has the tensors of {string.Join(" and of ", fitting.Select(entry => entry.Name))}; name one with --network"),
        };
    }

    private static string[]? Labels(string? path, WeightFile file, NetworkDescription network)
    {
        if (path is null && (network.Classes != ImageNetClasses || WeightMetadata.Read(file).Labels is not null)) return null;
        ClassLabels labels = ClassLabels.Load(path, network.Classes);
        return Enumerable.Range(0, network.Classes).Select(index => labels[index]).ToArray();
    }

    private static Option<string> OneOf(string name, string help, string description, Dictionary<string, string> choices) => new(name)
    {
        HelpName = help,
        Description = description,
        CustomParser = result => Parse(result, name, choices, out string? choice) ? choice : null,
    };

    private static bool Parse<T>(ArgumentResult result, string option, Dictionary<string, T> choices, out T? choice)
    {
        string word = result.Tokens[0].Value;
        if (choices.TryGetValue(word, out choice)) return true;
        result.AddError($"{option} does not take '{word}': {Suggestions.For(word, choices.Keys)}");
        return false;
    }
}
