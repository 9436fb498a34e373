using System.Globalization;

namespace EfficientNet.Compiler.Parsing;

/// <summary>Numbers in messages: the same text under every culture.</summary>
internal static class Numbers
{
    public static string Show(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    public static string Show(long value) => value.ToString(CultureInfo.InvariantCulture);

    public static string Show(int value) => value.ToString(CultureInfo.InvariantCulture);
}
