using System.CommandLine;
using EfficientNet.Cli.Invocation;
using EfficientNet.Cli.Networks;
using EfficientNet.Cli.Output;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Commands;

/// <summary><c>efficientnet inspect NETWORK</c>: its conventions, layers and totals.</summary>
internal static class InspectCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        Argument<NetworkEntry> network = SharedOptions.NetworkArgument();
        var command = new Command("inspect", "Shows a network's conventions and its layers with shapes, parameters, multiply-adds and activation bytes.") { network };
        command.Runs(terminal, (parsed, _) =>
        {
            NetworkDescription description = parsed.GetRequiredValue(network).Description;
            terminal.Show(NetworkSheet.Conventions(description));
            terminal.Show(NetworkSheet.Layers(description));
            return ExitCode.Success;
        });
        return command;
    }
}
