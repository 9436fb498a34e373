using EfficientNet.Testing;

namespace EfficientNet.Compiler.Tests.Support;

/// <summary>Networks that are compiled in a moment.</summary>
internal static class SmallNets
{
    public static string Text(string name, int channels = 16) =>
        $$"""
        {
          "name": "{{name}}",
          "resolution": 16,
          "classes": 3,
          "stages": [ { "kernel": 3, "stride": 2, "expansion": 2, "channels": {{channels}}, "repeats": 1 } ]
        }
        """;

    public static SpecFile File(string name, int channels = 16) => new($"/specs/{name}.efficientnet.json", Text(name, channels));
}
