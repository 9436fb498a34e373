using System.Globalization;

namespace EfficientNet.Compiler.Parsing;

/// <summary>Numbers in messages and in what is written: the same text under every culture. Those that cannot be negative need it not: digits are the same in all.</summary>
internal static class Numbers
{
    public static string Show(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    public static string Show(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Show(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>
    /// A number that is read back exactly. Seventeen digits are the same on every framework, the shortest text is not: fifteen are taken
    /// where they already say it.
    /// </summary>
    public static string Exact(double value)
    {
        string text = value.ToString("G15", CultureInfo.InvariantCulture);
        return double.Parse(text, CultureInfo.InvariantCulture) == value ? text : value.ToString("G17", CultureInfo.InvariantCulture);
    }
}
