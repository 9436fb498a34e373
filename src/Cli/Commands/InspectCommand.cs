using System.CommandLine;
using EfficientNet.Cli.Invocation;
using EfficientNet.Cli.Networks;
using EfficientNet.Cli.Output;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Commands;

/// <summary><c>efficientnet inspect NETWORK</c>: its conventions, layers and totals, and what a weight file says.</summary>
internal static class InspectCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        Argument<NetworkEntry> network = SharedOptions.NetworkArgument();
        Option<string> weights = SharedOptions.Weights("A file to look into: whether it fits, and what it says about itself. Nothing is computed.");
        var command = new Command("inspect", "Shows a network's conventions and its layers with shapes, parameters, multiply-adds and activation bytes.") { network, weights };
        command.Runs(terminal, (parsed, _) =>
        {
            NetworkDescription description = parsed.GetRequiredValue(network).Description;
            WeightMetadata? found = parsed.GetValue(weights) is { } file
                ? WeightLoader.Inspect(description, file, new NetworkOptions { Warning = terminal.Warning })
                : null;
            terminal.Show(NetworkSheet.Conventions(description));
            if (found is not null) terminal.Show(NetworkSheet.WeightFile(found));
            terminal.Show(NetworkSheet.Layers(description));
            return ExitCode.Success;
        });
        return command;
    }
}
