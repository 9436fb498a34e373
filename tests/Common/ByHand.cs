using System.Globalization;

namespace EfficientNet.Tests;

/// <summary>How often something is tried: few times in every run of the tests, as often as an environment variable says by hand.</summary>
internal static class ByHand
{
    /// <summary>The variable's whole number above 0, or what holds where it is absent or something else.</summary>
    public static int Count(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int asked) && asked > 0 ? asked : otherwise;
}
