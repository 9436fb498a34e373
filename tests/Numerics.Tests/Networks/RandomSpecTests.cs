using System.Globalization;
using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Support;
using Xunit.Abstractions;

namespace EfficientNet.Numerics.Tests.Networks;

/// <summary>
/// Any valid spec is parsed, generated, compiled without a warning, several to one project, and computes what the double-precision
/// reference computes. Sixty of them always; more by hand, as many as the environment variable EFFICIENTNET_RANDOM_SPECS says.
/// </summary>
public class RandomSpecTests(ITestOutputHelper output)
{
    private const int Always = 60;
    private const int Together = 10;
    private const int FirstByHand = 1001;

    private static int ByHand =>
        int.TryParse(Environment.GetEnvironmentVariable("EFFICIENTNET_RANDOM_SPECS"), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : 0;

    /// <summary>The first and the last seed of each project.</summary>
    public static TheoryData<int, int> Ranges
    {
        get
        {
            var ranges = new TheoryData<int, int>();
            foreach ((int first, int count) in new[] { (1, Always), (FirstByHand, ByHand) })
            {
                for (int seed = first; seed < first + count; seed += Together) ranges.Add(seed, Math.Min(seed + Together, first + count) - 1);
            }

            return ranges;
        }
    }

    [Theory]
    [MemberData(nameof(Ranges))]
    public void Any_valid_spec_is_compiled_and_computes_what_the_reference_does(int first, int last)
    {
        output.WriteLine($"seeds {first} to {last}");
        string[] texts = Enumerable.Range(first, last - first + 1).Select(RandomSpecTexts.Of).ToArray();
        ArchitectureSpec[] specs = texts.Select(text => SpecTexts.Parse(text, SpecTexts.OfTinyNetworks)).ToArray();
        IReadOnlyList<GeneratedAssembly> assemblies = GeneratedAssembly.OfAll(specs);
        var failures = new List<string>();
        for (int i = 0; i < specs.Length; i++)
        {
            try
            {
                output.WriteLine($"{specs[i].Name}: largest error {BlockwiseRun.Check(specs[i], assemblies[i])} of its bound");
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
            "\"phi\"", "\"stages\"", "\"family\": \"lite\"", "\"convention\": \"timm\"", "\"convention\": \"tensorflow\"", "\"depthwiseSeparable\"", "\"kernel\": 1,",
            "\"kernel\": 9,", "\"squeezeExcite\": 1", "\"depthScaled\": false", "\"stem\"", "\"timesLastStage\"", "\"scaled\"", "\"fixed\"", "\"none\"", "\"divisor\": 3",
            "\"relu\"", "\"hardswish\"", "\"silu\"", "\"relu6\"", "\"batchNorm\": false", "\"biases\"", "\"padding\": \"same\"", "\"padding\": \"symmetric\"", "\"classes\": 1,",
        })
        {
            texts.ShouldContain(text => text.Contains(part, StringComparison.Ordinal), part);
        }
    }
}
