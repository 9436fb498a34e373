using System.Globalization;
using EfficientNet.Cli.Classification;
using Spectre.Console;

namespace EfficientNet.Cli.Output;

/// <summary>Classified photos for people: one row for each class, the photo's name in its first.</summary>
internal sealed class ClassificationTable
{
    private readonly Table _table = new Table { Border = TableBorder.Simple }
        .AddColumn("Photo")
        .AddColumn(new TableColumn("Class").RightAligned())
        .AddColumn("Label")
        .AddColumn(new TableColumn("Probability").RightAligned());

    /// <summary>Adds a photo's rows.</summary>
    public void Add(ClassifiedPhoto photo)
    {
        if (_table.Rows.Count > 0) _table.AddEmptyRow();
        string name = Terminal.OneLine(photo.File);
        foreach (Prediction prediction in photo.Top)
        {
            // Texts and not markup: labels and names may hold brackets.
            _table.AddRow(
                new Text(name),
                new Text(prediction.Class.ToString(CultureInfo.InvariantCulture)),
                new Text(Terminal.OneLine(prediction.Label)),
                new Text(prediction.Probability.ToString("0.0%", CultureInfo.InvariantCulture)));
            name = "";
        }
    }

    /// <summary>Shows the table, if any photo is in it.</summary>
    public void Show(Terminal terminal)
    {
        if (_table.Rows.Count > 0) terminal.Show(_table);
    }
}
