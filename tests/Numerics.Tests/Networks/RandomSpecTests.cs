using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Support;
using Xunit.Abstractions;

namespace EfficientNet.Numerics.Tests.Networks;

/// <summary>
/// Any valid spec is parsed, generated, compiled without a warning, several to one project, and computes what the double-precision
/// reference computes. Sixty of them always, the first on every instruction set; others by hand, those that the environment variable <see cref="RandomSeeds.Variable"/> names.
/// </summary>
public class RandomSpecTests(ITestOutputHelper output)
{
    private const int Always = 60;

    public static TheoryData<int, int> Ranges => RandomSeeds.Ranges(Always);

    [Theory]
    [MemberData(nameof(Ranges))]
    public void Any_valid_spec_is_compiled_and_computes_what_the_reference_does(int first, int last)
    {
        output.WriteLine($"seeds {first} to {last}");
        string[] texts = Enumerable.Range(first, last - first + 1).Select(RandomSpecTexts.Of).ToArray();
        RandomMemory[] memories = texts.Select((text, i) => RandomMemory.Of(SpecTexts.Parse(text, SpecTexts.OfTinyNetworks).InTurn(first + i), first + i)).ToArray();
        IReadOnlyList<GeneratedAssembly> assemblies = RandomMemory.Compile(memories);
        var failures = new List<string>();
        for (int i = 0; i < memories.Length; i++)
        {
            ArchitectureSpec spec = memories[i].Plan.Spec;
            try
            {
                output.WriteLine($"{spec.Name}, {memories[i]}: largest error {BlockwiseRun.Check(spec, assemblies[i])} of its bound");
                if (memories[i].IsApart) GuardedRun.Check(memories[i].Plan, assemblies[i], WeightRule.Input(2, spec.Scaling.Resolution).ToFloats());
            }
            catch (Exception exception)
            {
                failures.Add($"{texts[i]}\n{exception.Message}");
            }
        }

        failures.ShouldBeEmpty();
    }

    [Fact]
    public void The_seeds_cover_the_format()
    {
        string[] texts = Enumerable.Range(1, Always).Select(RandomSpecTexts.Of).ToArray();
        texts.ShouldBeUnique();
        foreach (string part in new[]
        {
            "\"phi\"", "\"stages\"", "\"family\": \"lite\"", "\"family\": \"v2\"", "\"family\": \"v2-s\"", "\"block\": \"fused\"", "\"convention\": \"timm\"", "\"convention\": \"tensorflow\"", "\"depthwiseSeparable\"", "\"kernel\": 1,",
            "\"kernel\": 9,", "\"squeezeExcite\": 1", "\"depthScaled\": false", "\"stem\"", "\"timesLastStage\"", "\"scaled\"", "\"fixed\"", "\"none\"", "\"divisor\": 3",
            "\"relu\"", "\"hardswish\"", "\"silu\"", "\"relu6\"", "\"batchNorm\": false", "\"biases\"", "\"padding\": \"same\"", "\"padding\": \"symmetric\"", "\"classes\": 1,",
        })
        {
            texts.ShouldContain(text => text.Contains(part, StringComparison.Ordinal), part);
        }
    }
}
