using System.CommandLine;
using EfficientNet.Cli.Classification;
using EfficientNet.Cli.Invocation;
using EfficientNet.Cli.Networks;
using EfficientNet.Cli.Output;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Commands;

/// <summary><c>efficientnet convert INPUT</c>: published weights as safetensors, with everything inside that a load wants to know.</summary>
internal sealed class ConvertCommand
{
    private static readonly (string Word, string? Type)[] Types = [("F32", "F32"), ("F16", "F16"), ("BF16", "BF16")];

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

    private readonly Option<string?> _type = SharedOptions.OneOf<string?>("--type", "Type of the values. Default: F32.", Types);
    private readonly Option<NamingScheme?> _names = SharedOptions.Names("Whose names the tensors get. Default: those that they have.");
    private readonly Option<NetworkEntry> _network = SharedOptions.Network("The network. Default: the only one whose tensors these are.");
    private readonly Option<string> _labels = SharedOptions.LabelsToKeep();
    private readonly Option<bool> _packed = new("--packed")
    {
        Description = "Fold BatchNorm and lay the values as the network's kernels want them: such a file loads several times sooner, into this network only.",
    };

    private ConvertCommand(Terminal terminal) => _terminal = terminal;

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal) => new ConvertCommand(terminal).Create();

    private Command Create()
    {
        var command = new Command("convert", "Writes a network's weights as safetensors, with its conventions, preprocessing and labels inside.")
        {
            _input, _output, _type, _names, _network, _labels, _packed,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(_packed) && (result.GetResult(_type) is not null || result.GetResult(_names) is not null))
                result.AddError("--packed weights have one type and no names: leave out --type and --names.");
        });
        command.Runs(_terminal, Run);
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken interrupted)
    {
        string output = parsed.GetRequiredValue(_output);
        OutputFile.ThrowIfInput(output, parsed.GetValue(_labels));
        (NetworkDescription network, ConvertedWeights weights) = Read(parsed);
        interrupted.ThrowIfCancellationRequested();
        FileReason.Writing(output, () =>
        {
            if (parsed.GetValue(_packed))
                weights.WritePacked(output, network);
            else
                weights.Write(output);
        });
        return ExitCode.Success;
    }

    // The input is closed before the output is written: they may be one file.
    private (NetworkDescription Network, ConvertedWeights Weights) Read(ParseResult parsed)
    {
        using WeightFile file = WeightFile.Open(parsed.GetRequiredValue(_input));
        NetworkDescription network = (parsed.GetValue(_network) ?? OnlyOneThatFits(file)).Description;
        return (network, WeightConverter.Convert(network, file, new WeightConversion
        {
            DataType = parsed.GetValue(_type) ?? "F32",
            Names = parsed.GetValue(_names),
            Labels = ClassLabels.For(network, file, parsed.GetValue(_labels)),
            Warning = _terminal.Warning,
        }));
    }

    private static NetworkEntry OnlyOneThatFits(WeightFile file)
    {
        NetworkEntry[] fitting = NetworkCatalogue.All.Where(entry => WeightConverter.Fits(entry.Description, file)).ToArray();
        return fitting switch
        {
            [var only] => only,
            // Converting it says what it is.
            [] when PackedWeightsFile.Is(file) => NetworkCatalogue.Standard,
            [] => throw new CommandFailureException($"{file.Name}: has the tensors of none of the program's networks; name one with --network to see what is missing"),
            _ => throw new CommandFailureException($"{file.Name}: has the tensors of {string.Join(" and of ", fitting.Select(entry => entry.Name))}; name one with --network"),
        };
    }
}
