using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;
using Xunit.Abstractions;

namespace EfficientNet.Numerics.Tests.Networks;

/// <summary>
/// The tutorial's network, a plain table without BatchNorm, squeeze-excite or head: its counts and sides as the tutorial's formulas
/// give them, told by the generated class, and its results against the double-precision reference.
/// </summary>
public class PlainNetworkTests(ITestOutputHelper output)
{
    private static readonly (int Kernel, int Stride, int Channels, int Repeats)[] Table =
        [(3, 1, 16, 1), (3, 2, 24, 2), (5, 2, 40, 2), (3, 2, 80, 3), (5, 1, 112, 3), (5, 2, 192, 4), (3, 1, 320, 1)];

    public static TheoryData<int> Expansions => [1, 6];

    /// <summary>The first block has no expansion under either: its depthwise and pointwise counts are the same.</summary>
    [Theory]
    [MemberData(nameof(Expansions))]
    public void Counts_and_sides_are_the_tutorials(int expansion)
    {
        const int classes = 10;
        NetworkDescription network = GeneratedAssembly.Of(Spec(224, expansion, classes)).Description;
        LayerDescription Layer(string name) => network.Layers.Single(layer => layer.Name == name);
        Layer("stem").Parameters.ShouldBe((3 * 3 * 3 + 1) * 32);
        Layer("stem").Parameters.ShouldBe(896);
        Layer("1.0 depthwise").Parameters.ShouldBe(288);
        Layer("1.0 projection").Parameters.ShouldBe(528);
        Layer("classifier").Parameters.ShouldBe((320 + 1) * classes);
        network.Features.ShouldBe(320);
        network.Layers.ShouldNotContain(layer => layer.Name.Contains("head") || layer.Name.Contains("squeeze"));

        int side = Side(224, 3, 2), channels = 32;
        Layer("stem").Height.ShouldBe(side);
        long parameters = 896;
        for (int stage = 0; stage < Table.Length; stage++)
        {
            (int kernel, int stride, int output, int repeats) = Table[stage];
            for (int block = 0; block < repeats; block++)
            {
                string name = $"{stage + 1}.{block}";
                int wide = channels * (stage == 0 ? 1 : expansion);
                if (wide != channels) parameters += Expect(name + " expansion", wide, side, (channels + 1) * wide);
                side = Side(side, kernel, block == 0 ? stride : 1);
                parameters += Expect(name + " depthwise", wide, side, kernel * kernel * wide);
                parameters += Expect(name + " projection", output, side, (wide + 1) * output);
                channels = output;
            }
        }

        network.Parameters.ShouldBe(parameters + (320 + 1) * classes);

        long Expect(string name, int width, int height, long count)
        {
            LayerDescription layer = Layer(name);
            (layer.Channels, layer.Height, layer.Width, layer.Parameters).ShouldBe((width, height, height, count), name);
            return count;
        }
    }

    [Theory]
    [MemberData(nameof(Expansions))]
    public void Results_are_the_references(int expansion)
    {
        ArchitectureSpec spec = Spec(61, expansion, classes: 10);
        output.WriteLine($"largest error {BlockwiseRun.Check(spec, GeneratedAssembly.Of(spec))} of its bound");
    }

    private static ArchitectureSpec Spec(int resolution, int expansion, int classes)
    {
        IEnumerable<string> rows = Table.Select((row, stage) =>
            $$"""{"kernel": {{row.Kernel}}, "stride": {{row.Stride}}, "channels": {{row.Channels}}, "repeats": {{row.Repeats}}, """
            + (expansion == 1 || stage == 0 ? "\"block\": \"depthwiseSeparable\"}" : $$"""  "expansion": {{expansion}}, "squeezeExcite": 0}"""));
        return SpecTexts.Parse($$"""
            {"name": "Plain{{resolution}}x{{expansion}}", "resolution": {{resolution}}, "classes": {{classes}}, "activation": "relu", "batchNorm": false,
             "biases": {"depthwise": false}, "head": {"rule": "none"}, "stages": [{{string.Join(", ", rows)}}]}
            """);
    }

    /// <summary>⌊(W − K + 2P) / S + 1⌋ with P = (K − 1) / 2.</summary>
    private static int Side(int side, int kernel, int stride) => (int)Math.Floor((side - kernel + 2.0 * ((kernel - 1) / 2)) / stride + 1);
}
