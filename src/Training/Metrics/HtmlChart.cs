using System.Globalization;
using System.Text;

namespace EfficientNet.Training;

/// <summary>A chart as inline SVG.</summary>
internal static class HtmlChart
{
    private const int Width = 480, Height = 240, Left = 52, Right = 8, Top = 8, Bottom = 22, Colours = 2, GridLines = 4;

    /// <summary>The chart with its caption.</summary>
    public static string Of(Chart chart)
    {
        (long Step, double Value)[] all = chart.Lines.SelectMany(line => line.Points).Where(point => double.IsFinite(point.Value)).ToArray();
        if (all.Length == 0) return "";
        double least = all.Min(point => point.Value), most = all.Max(point => point.Value), last = Math.Max(1, all.Max(point => point.Step));
        if (most == least) (least, most) = (least - 0.5, most + 0.5);
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<figure><svg viewBox=\"0 0 {Width} {Height}\" role=\"img\">");
        for (int i = 0; i <= GridLines; i++)
        {
            double value = least + (most - least) * i / GridLines;
            string y = Number(Y(value));
            svg.Append(CultureInfo.InvariantCulture, $"<line class=\"grid\" x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{y}\" y2=\"{y}\"/><text x=\"{Left - 4}\" y=\"{y}\" text-anchor=\"end\" dominant-baseline=\"middle\">{value:G3}</text>");
        }

        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{Left}\" y=\"{Height - 6}\">0</text><text x=\"{Width - Right}\" y=\"{Height - 6}\" text-anchor=\"end\">step {last}</text>");
        for (int i = 0; i < chart.Lines.Count; i++)
        {
            string points = string.Join(' ', chart.Lines[i].Points.Where(point => double.IsFinite(point.Value)).Select(point => $"{Number(Left + (Width - Left - Right) * point.Step / last)},{Number(Y(point.Value))}"));
            svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"l{i % Colours}\" points=\"{points}\"/>");
        }

        svg.Append("</svg><figcaption>").Append(HtmlReport.Text(chart.Title));
        for (int i = 0; i < chart.Lines.Count; i++) svg.Append(CultureInfo.InvariantCulture, $" <b class=\"k{i % Colours}\">{HtmlReport.Text(chart.Lines[i].Name)}</b>");
        return svg.Append("</figcaption></figure>").ToString();

        double Y(double value) => Top + (Height - Top - Bottom) * (1 - (value - least) / (most - least));
    }

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}
