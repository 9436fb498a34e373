using System.Globalization;
using Spectre.Console;

namespace EfficientNet.Cli.Output;

/// <summary>Numbers as tables show them, the same on every machine.</summary>
internal static class Figures
{
    /// <summary>A whole number with commas between thousands.</summary>
    public static Text Whole(long value) => new(value.ToString("N0", CultureInfo.InvariantCulture));

    /// <summary>A number with so many digits after the point.</summary>
    public static Text Fixed(double value, int digits) => new(value.ToString($"F{digits}", CultureInfo.InvariantCulture));

    /// <summary>A part of one as percent.</summary>
    public static Text Share(double value) => new(value.ToString("0.0%", CultureInfo.InvariantCulture));

    /// <summary>Channels, height and width.</summary>
    public static Text Shape(int channels, int height, int width) => new(string.Create(CultureInfo.InvariantCulture, $"{channels}×{height}×{width}"));

    /// <summary>A number as short as it can be without losing anything.</summary>
    public static string Exact(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
