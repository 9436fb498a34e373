using System.Globalization;
using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Passes;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Graph;

/// <summary>What the published implementations say of one variant: three numbers in, everything else out.</summary>
/// <remarks>
/// Sources: torchvision <c>num_params</c>, tensorflow/tpu <c>efficientnet_params</c> and <c>efficientnet_lite_builder</c>, timm's
/// <c>results-imagenet.csv</c>; of V2 google/automl <c>effnetv2_configs</c>. Multiply-adds are computed from the same tables; tensors counts those of a PyTorch state dictionary.
/// </remarks>
internal sealed record PublishedNetwork(string Name, double Width, double Depth, int Resolution, long Parameters)
{
    public required int Stem { get; init; }

    public required int[] Channels { get; init; }

    public required int[] Repeats { get; init; }

    public required int Head { get; init; }

    /// <summary>Multiply-adds at the resolution, in thousand millions.</summary>
    public required string GigaMultiplyAdds { get; init; }

    /// <summary>The family in a spec's words.</summary>
    public string Family { get; init; } = Name.StartsWith("Lite", StringComparison.Ordinal) ? "lite" : "v1";

    public bool Lite => Family == "lite";

    public bool IsV2 => Family.StartsWith("v2", StringComparison.Ordinal);

    public ArchitectureSpec Spec(string? convention = null) => Specs.Valid(string.Create(CultureInfo.InvariantCulture,
        $$"""{"name": "EfficientNet{{Name}}", "family": "{{Family}}", {{(convention is null ? "" : $"\"convention\": \"{convention}\", ")}}"width": {{Width}}, "depth": {{Depth}}, "resolution": {{Resolution}}}"""));

    public ScaledArchitecture Scaled(string? convention = null) => CompoundScaling.Apply(Spec(convention));

    public Network Network(string? convention = null) => NetworkBuilder.Build(Scaled(convention)).Verify("building");

    public CompiledPlan Plan() => NetworkCompiler.Plan(Spec(), CancellationToken.None);

    public static PublishedNetwork Of(string name) => All.Single(network => network.Name == name);

    /// <summary>All names, for theories.</summary>
    public static TheoryData<string> Names => [.. All.Select(network => network.Name)];

    public static readonly PublishedNetwork[] All =
    [
        new("B0", 1.0, 1.0, 224, 5_288_548) { Stem = 32, Channels = [16, 24, 40, 80, 112, 192, 320], Repeats = [1, 2, 2, 3, 3, 4, 1], Head = 1280, GigaMultiplyAdds = "0.3858" },
        new("B1", 1.0, 1.1, 240, 7_794_184) { Stem = 32, Channels = [16, 24, 40, 80, 112, 192, 320], Repeats = [2, 3, 3, 4, 4, 5, 2], Head = 1280, GigaMultiplyAdds = "0.6868" },
        new("B2", 1.1, 1.2, 260, 9_109_994) { Stem = 32, Channels = [16, 24, 48, 88, 120, 208, 352], Repeats = [2, 3, 3, 4, 4, 5, 2], Head = 1408, GigaMultiplyAdds = "0.9936" },
        new("B3", 1.2, 1.4, 300, 12_233_232) { Stem = 40, Channels = [24, 32, 48, 96, 136, 232, 384], Repeats = [2, 3, 3, 5, 5, 6, 2], Head = 1536, GigaMultiplyAdds = "1.8271" },
        new("B4", 1.4, 1.8, 380, 19_341_616) { Stem = 48, Channels = [24, 32, 56, 112, 160, 272, 448], Repeats = [2, 4, 4, 6, 6, 8, 2], Head = 1792, GigaMultiplyAdds = "4.3938" },
        new("B5", 1.6, 2.2, 456, 30_389_784) { Stem = 48, Channels = [24, 40, 64, 128, 176, 304, 512], Repeats = [3, 5, 5, 7, 7, 9, 3], Head = 2048, GigaMultiplyAdds = "10.2664" },
        new("B6", 1.8, 2.6, 528, 43_040_704) { Stem = 56, Channels = [32, 40, 72, 144, 200, 344, 576], Repeats = [3, 6, 6, 8, 8, 11, 3], Head = 2304, GigaMultiplyAdds = "19.0676" },
        new("B7", 2.0, 3.1, 600, 66_347_960) { Stem = 64, Channels = [32, 48, 80, 160, 224, 384, 640], Repeats = [4, 7, 7, 10, 10, 13, 4], Head = 2560, GigaMultiplyAdds = "37.7459" },
        new("B8", 2.2, 3.6, 672, 87_413_142) { Stem = 72, Channels = [32, 56, 88, 176, 248, 424, 704], Repeats = [4, 8, 8, 11, 11, 15, 4], Head = 2816, GigaMultiplyAdds = "62.5975" },
        new("L2", 4.3, 5.3, 800, 480_309_308) { Stem = 136, Channels = [72, 104, 176, 344, 480, 824, 1376], Repeats = [6, 11, 11, 16, 16, 22, 6], Head = 5504, GigaMultiplyAdds = "475.70" },
        new("Lite0", 1.0, 1.0, 224, 4_652_008) { Stem = 32, Channels = [16, 24, 40, 80, 112, 192, 320], Repeats = [1, 2, 2, 3, 3, 4, 1], Head = 1280, GigaMultiplyAdds = "0.385" },
        new("Lite1", 1.0, 1.1, 240, 5_416_680) { Stem = 32, Channels = [16, 24, 40, 80, 112, 192, 320], Repeats = [1, 3, 3, 4, 4, 5, 1], Head = 1280, GigaMultiplyAdds = "0.600" },
        new("Lite2", 1.1, 1.2, 260, 6_092_072) { Stem = 32, Channels = [16, 24, 48, 88, 120, 208, 352], Repeats = [1, 3, 3, 4, 4, 5, 1], Head = 1280, GigaMultiplyAdds = "0.860" },
        new("Lite3", 1.2, 1.4, 280, 8_197_096) { Stem = 32, Channels = [24, 32, 48, 96, 136, 232, 384], Repeats = [1, 3, 3, 5, 5, 6, 1], Head = 1280, GigaMultiplyAdds = "1.383" },
        new("Lite4", 1.4, 1.8, 300, 13_006_568) { Stem = 32, Channels = [24, 32, 56, 112, 160, 272, 448], Repeats = [1, 4, 4, 6, 6, 8, 1], Head = 1280, GigaMultiplyAdds = "2.553" },
        new("V2B0", 1.0, 1.0, 224, 7_139_704) { Family = "v2", Stem = 32, Channels = [16, 32, 48, 96, 112, 192], Repeats = [1, 2, 2, 3, 5, 8], Head = 1280, GigaMultiplyAdds = "0.718" },
        new("V2B1", 1.0, 1.1, 240, 8_141_052) { Family = "v2", Stem = 32, Channels = [16, 32, 48, 96, 112, 192], Repeats = [2, 3, 3, 4, 6, 9], Head = 1280, GigaMultiplyAdds = "1.197" },
        new("V2B2", 1.1, 1.2, 260, 10_096_086) { Family = "v2", Stem = 32, Channels = [16, 32, 56, 104, 120, 208], Repeats = [2, 3, 3, 4, 6, 10], Head = 1408, GigaMultiplyAdds = "1.698" },
        new("V2B3", 1.2, 1.4, 300, 14_358_406) { Family = "v2", Stem = 40, Channels = [16, 40, 56, 112, 136, 232], Repeats = [2, 3, 3, 5, 7, 12], Head = 1536, GigaMultiplyAdds = "3.011" },
        new("V2S", 1.0, 1.0, 384, 21_458_488) { Family = "v2-s", Stem = 24, Channels = [24, 48, 64, 128, 160, 256], Repeats = [2, 4, 4, 6, 9, 15], Head = 1280, GigaMultiplyAdds = "8.366" },
        new("V2M", 1.0, 1.0, 480, 54_139_356) { Family = "v2-m", Stem = 24, Channels = [24, 48, 80, 160, 176, 304, 512], Repeats = [3, 5, 5, 7, 14, 18, 5], Head = 1280, GigaMultiplyAdds = "24.58" },
        new("V2L", 1.0, 1.0, 480, 118_515_272) { Family = "v2-l", Stem = 32, Channels = [32, 64, 96, 192, 224, 384, 640], Repeats = [4, 7, 7, 10, 19, 25, 7], Head = 1280, GigaMultiplyAdds = "56.08" },
    ];
}
