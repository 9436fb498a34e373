using System.CommandLine;
using EfficientNet.Cli.Classification;
using EfficientNet.Cli.Invocation;
using EfficientNet.Cli.Networks;
using EfficientNet.Cli.Output;
using EfficientNet.Onnx;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Commands;

/// <summary><c>efficientnet export NETWORK</c>: a network and its weights as an ONNX model, for other runtimes.</summary>
internal sealed class ExportCommand
{
    private static readonly (string Word, BatchNormForm Form)[] Forms = [("kept", BatchNormForm.Kept), ("folded", BatchNormForm.Folded)];

    private readonly Terminal _terminal;
    private readonly Argument<NetworkEntry> _network = SharedOptions.NetworkArgument();
    private readonly Option<string> _weights = SharedOptions.Weights();
    private readonly Option<string> _output = new("--output")
    {
        HelpName = "OUT.onnx",
        Description = "Receives the model; replaced if it exists.",
        Required = true,
    };

    private readonly Option<BatchNormForm> _batchNorm = SharedOptions.OneOf(
        "--batch-norm", "Whether BatchNorm stays a node behind each convolution or is folded into its weights. Default: kept.", Forms);

    private readonly Option<string> _labels = SharedOptions.LabelsToKeep();

    private ExportCommand(Terminal terminal) => _terminal = terminal;

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal) => new ExportCommand(terminal).Create();

    private Command Create()
    {
        var command = new Command("export", "Writes a network and its weights as an ONNX model with a free batch size.") { _network, _weights, _output, _batchNorm, _labels };
        command.RequireWeights(_network, _weights);
        command.Runs(_terminal, Run);
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken interrupted)
    {
        NetworkEntry entry = parsed.GetRequiredValue(_network);
        string output = parsed.GetRequiredValue(_output);
        OutputFile.ThrowIfInput(output, parsed.GetValue(_weights), parsed.GetValue(_labels));
        entry.WithWeights(parsed.GetValue(_weights), weights =>
        {
            NetworkDescription network = entry.Description;
            var options = new OnnxExportOptions
            {
                BatchNorm = parsed.GetValue(_batchNorm),
                Labels = ClassLabels.For(network, weights, parsed.GetValue(_labels)),
                Warning = _terminal.Warning,
            };
            interrupted.ThrowIfCancellationRequested();
            FileReason.Writing(output, () => OnnxExporter.Export(network, weights, output, options));
        });
        return ExitCode.Success;
    }
}
