using System.Globalization;
using System.Net;
using System.Text;
using EfficientNet.Imaging;

namespace EfficientNet.Training;

/// <summary>What a report shows.</summary>
public sealed record ReportContents
{
    /// <summary>The heading.</summary>
    public required string Title { get; init; }

    /// <summary>The run's settings.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>Curves: by name the points (step, value) of each line.</summary>
    public IReadOnlyList<Chart> Charts { get; init; } = [];

    /// <summary>The last evaluation; null without one.</summary>
    public Evaluation? Evaluation { get; init; }

    /// <summary>The images that the evaluation's mistakes are numbers of; null to leave out images.</summary>
    public ImageDataset? Images { get; init; }
}

/// <summary>Lines over steps.</summary>
/// <param name="Title">What is shown.</param>
/// <param name="Lines">By name the points of each line, by rising step.</param>
public sealed record Chart(string Title, IReadOnlyList<(string Name, IReadOnlyList<(long Step, double Value)> Points)> Lines);

/// <summary>One page with curves, confusion matrix and the worst mistakes as images. Everything is in the file: it needs no network and no script.</summary>
public static class HtmlReport
{
    private const int LargestConfusion = 40;
    private const int PictureSide = 96;

    private const string Style = """
        :root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; --line: #8884; --a: #2a6fdb; --b: #d9622b; }
        body { margin: 2rem auto; max-width: 64rem; padding: 0 1rem; }
        h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin-top: 2rem; }
        table { border-collapse: collapse; } td, th { border: 1px solid var(--line); padding: .15rem .5rem; text-align: right; }
        td:first-child, th:first-child { text-align: left; } .wide { overflow-x: auto; }
        .charts, .mistakes { display: flex; flex-wrap: wrap; gap: 1.5rem; } figure { margin: 0; } figcaption { font-size: .85rem; }
        svg { width: 28rem; max-width: 100%; height: auto; } svg text { fill: currentColor; font-size: 11px; } .grid { stroke: var(--line); }
        .l0 { stroke: var(--a); fill: none; stroke-width: 1.6; } .l1 { stroke: var(--b); fill: none; stroke-width: 1.6; }
        .k0 { color: var(--a); } .k1 { color: var(--b); } img { image-rendering: pixelated; width: 96px; height: 96px; object-fit: contain; }
        """;

    /// <summary>Writes the page.</summary>
    /// <param name="stream">Receives it as UTF-8; it stays open.</param>
    /// <param name="contents">What it shows.</param>
    public static void Write(Stream stream, ReportContents contents)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(contents);
        using var page = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
        page.WriteLine("<!DOCTYPE html>");
        page.WriteLine($"<html lang=\"en\"><head><meta charset=\"utf-8\"/><meta name=\"viewport\" content=\"width=device-width\"/><title>{Text(contents.Title)}</title><style>{Style}</style></head><body>");
        page.WriteLine($"<h1>{Text(contents.Title)}</h1>");
        if (contents.Charts.Count > 0)
        {
            page.WriteLine("<div class=\"charts\">");
            foreach (Chart chart in contents.Charts) page.WriteLine(HtmlChart.Of(chart));
            page.WriteLine("</div>");
        }

        if (contents.Evaluation is { } evaluation)
        {
            WriteClasses(page, evaluation);
            if (!evaluation.IsMultiLabel && evaluation.Classes.Count <= LargestConfusion) WriteConfusion(page, evaluation);
            if (contents.Images is { } images && evaluation.WorstMistakes.Count > 0) WriteMistakes(page, evaluation, images);
        }

        page.WriteLine("<h2>Settings</h2><table>");
        foreach ((string name, string value) in contents.Settings) page.WriteLine($"<tr><th>{Text(name)}</th><td>{Text(value)}</td></tr>");
        page.WriteLine("</table></body></html>");
    }

    /// <summary>A text that markup cannot come out of.</summary>
    internal static string Text(string text) => WebUtility.HtmlEncode(text);

    private static void WriteClasses(TextWriter page, Evaluation evaluation)
    {
        page.WriteLine($"<h2>{evaluation.Count.ToString("N0", CultureInfo.InvariantCulture)} images judged: {(evaluation.IsMultiLabel ? "mean average precision" : "right")} {Share(evaluation.Score)}</h2>");
        page.WriteLine($"<div class=\"wide\"><table><tr><th>class</th><th>images</th><th>precision</th><th>recall</th><th>F1</th>{(evaluation.IsMultiLabel ? "<th>average precision</th>" : "")}</tr>");
        foreach (ClassResult result in evaluation.PerClass)
            page.WriteLine($"<tr><td>{Text(result.Name)}</td><td>{result.Count.ToString(CultureInfo.InvariantCulture)}</td><td>{Share(result.Precision)}</td><td>{Share(result.Recall)}</td><td>{Share(result.F1)}</td>{(evaluation.IsMultiLabel ? $"<td>{Share(result.AveragePrecision)}</td>" : "")}</tr>");
        page.WriteLine("</table></div>");
    }

    private static void WriteConfusion(TextWriter page, Evaluation evaluation)
    {
        page.WriteLine("<h2>Confusion</h2><p>Rows: what it is. Columns: what it is taken for.</p><div class=\"wide\"><table><tr><th></th>");
        foreach (string name in evaluation.Classes) page.Write($"<th>{Text(name)}</th>");
        page.WriteLine("</tr>");
        for (int row = 0; row < evaluation.Classes.Count; row++)
        {
            page.Write($"<tr><th>{Text(evaluation.Classes[row])}</th>");
            long all = Enumerable.Range(0, evaluation.Classes.Count).Sum(column => evaluation.GetConfusion(row, column));
            for (int column = 0; column < evaluation.Classes.Count; column++)
            {
                long count = evaluation.GetConfusion(row, column);
                string shade = (all == 0 ? 0 : 0.75 * count / all).ToString("0.###", CultureInfo.InvariantCulture);
                page.Write($"<td style=\"background: rgba({(row == column ? "42,111,219" : "217,98,43")},{shade})\">{(count == 0 ? "" : count.ToString(CultureInfo.InvariantCulture))}</td>");
            }

            page.WriteLine("</tr>");
        }

        page.WriteLine("</table></div>");
    }

    private static void WriteMistakes(TextWriter page, Evaluation evaluation, ImageDataset images)
    {
        page.WriteLine("<h2>Worst mistakes</h2><div class=\"mistakes\">");
        foreach (Mistake mistake in evaluation.WorstMistakes)
        {
            page.Write($"<figure><img alt=\"{Text(images.NameOf(mistake.Index))}\" src=\"data:image/png;base64,{Picture(images, mistake.Index)}\"/>");
            page.WriteLine($"<figcaption title=\"{Text(images.NameOf(mistake.Index))}\">{Text(evaluation.Classes[mistake.Expected])}, taken for<br/>{Text(evaluation.Classes[mistake.Predicted])} ({Share(mistake.Probability)})</figcaption></figure>");
        }

        page.WriteLine("</div>");
    }

    private static string Picture(ImageDataset images, int index)
    {
        Image image = images.Read(index);
        int longer = Math.Max(image.Width, image.Height);
        if (longer > PictureSide)
        {
            image = ImageResizer.Resize(image, Math.Max(1, image.Width * PictureSide / longer), Math.Max(1, image.Height * PictureSide / longer), EfficientNet.Runtime.Interpolation.Bilinear);
        }

        using var png = new MemoryStream();
        image.WritePng(png);
        return Convert.ToBase64String(png.GetBuffer(), 0, (int)png.Length);
    }

    private static string Share(double value) => value.ToString("0.0%", CultureInfo.InvariantCulture);
}
