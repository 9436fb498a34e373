using System.Globalization;
using EfficientNet.Training;
using Spectre.Console;

namespace EfficientNet.Cli.Output;

/// <summary>An evaluation for people: one row a class, what it is mostly taken for, and all of it together.</summary>
internal static class EvaluationTable
{
    /// <summary>Classes up to which the whole confusion table is shown.</summary>
    private const int LargestConfusion = 20;

    /// <summary>Shows it.</summary>
    public static void Show(Terminal terminal, Evaluation evaluation)
    {
        Table table = new Table { Border = TableBorder.Simple }
            .AddColumn("Class")
            .AddColumn(new TableColumn("Images").RightAligned())
            .AddColumn(new TableColumn("Precision").RightAligned())
            .AddColumn(new TableColumn("Recall").RightAligned());
        if (evaluation.IsMultiLabel) table.AddColumn(new TableColumn("Average precision").RightAligned());
        foreach (ClassResult result in evaluation.PerClass)
        {
            table.AddRow([
                new Text(Terminal.OneLine(result.Name)), Figures.Whole(result.Count), Figures.Share(result.Precision), Figures.Share(result.Recall),
                .. evaluation.IsMultiLabel ? new[] { Figures.Share(result.AveragePrecision) } : []]);
        }

        terminal.Show(table);
        if (!evaluation.IsMultiLabel && evaluation.Classes.Count <= LargestConfusion) terminal.Show(Confusion(evaluation));
        terminal.Line(evaluation.IsMultiLabel
            ? string.Create(CultureInfo.InvariantCulture, $"{evaluation.Count} images: mean average precision {evaluation.Score:0.00%}, loss {evaluation.Loss:0.0000}")
            : string.Create(CultureInfo.InvariantCulture, $"{evaluation.Count} images: top-1 {evaluation.Top1:0.00%}, top-5 {evaluation.Top5:0.00%}, loss {evaluation.Loss:0.0000}"));
    }

    private static Table Confusion(Evaluation evaluation)
    {
        Table table = new Table { Border = TableBorder.Simple, Title = new TableTitle("rows: what it is; columns: what it is taken for") }.AddColumn("");
        foreach (string name in evaluation.Classes) table.AddColumn(new TableColumn(new Text(Terminal.OneLine(name))).RightAligned());
        for (int row = 0; row < evaluation.Classes.Count; row++)
        {
            table.AddRow([new Text(Terminal.OneLine(evaluation.Classes[row])), .. Enumerable.Range(0, evaluation.Classes.Count).Select(column => Figures.Whole(evaluation.GetConfusion(row, column)))]);
        }

        return table;
    }
}
