using System.Text.Json;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>The forms in which reference files hold values.</summary>
internal static class ReferenceValues
{
    public static Summary Summary(this JsonElement element) => new(
        element.GetProperty("shape").Integers(),
        element.GetProperty("l2").GetDouble(),
        element.GetProperty("sum").GetDouble(),
        element.GetProperty("samples").Doubles());

    /// <summary>Summaries by name, in the file's order.</summary>
    public static IReadOnlyList<(string Name, Summary Summary)> Summaries(this JsonElement element) =>
        element.EnumerateObject().Select(entry => (entry.Name, entry.Value.Summary())).ToList();

    public static int[] Integers(this JsonElement array) => array.EnumerateArray().Select(value => value.GetInt32()).ToArray();

    public static double[] Doubles(this JsonElement array) => array.EnumerateArray().Select(value => value.GetDouble()).ToArray();

    public static string[] Strings(this JsonElement array) => array.EnumerateArray().Select(value => value.GetString()!).ToArray();

    /// <summary>A matrix, row by row.</summary>
    public static double[] Rows(this JsonElement rows) => rows.EnumerateArray().SelectMany(Doubles).ToArray();
}
