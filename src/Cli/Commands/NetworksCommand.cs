using System.CommandLine;
using System.Globalization;
using EfficientNet.Cli.Invocation;
using EfficientNet.Cli.Networks;
using EfficientNet.Cli.Output;
using EfficientNet.Runtime;
using Spectre.Console;

namespace EfficientNet.Cli.Commands;

/// <summary><c>efficientnet networks</c>: what can be named after <c>--network</c>.</summary>
internal static class NetworksCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal)
    {
        var command = new Command("networks", "Lists the networks that were compiled into this program.");
        command.Runs(terminal, (_, _) =>
        {
            terminal.Show(List());
            return ExitCode.Success;
        });
        return command;
    }

    private static Table List()
    {
        Table table = new Table { Border = TableBorder.Simple }
            .AddColumn("Network")
            .AddColumn(new TableColumn("Input").RightAligned())
            .AddColumn(new TableColumn("Classes").RightAligned())
            .AddColumn(new TableColumn("Parameters").RightAligned())
            .AddColumn(new TableColumn("Multiply-adds").RightAligned())
            .AddColumn("Weights inside");
        foreach (NetworkEntry entry in NetworkCatalogue.All)
        {
            NetworkDescription network = entry.Description;
            table.AddRow(
                new Text(entry.Name),
                Figures.Shape(network.InputChannels, network.Resolution, network.Resolution),
                new Text(network.Classes.ToString(CultureInfo.InvariantCulture)),
                Figures.Whole(network.Parameters),
                Figures.Whole(network.MultiplyAdds),
                new Text(entry.HasWeightsInside ? "yes" : "no"));
        }
        return table;
    }
}
