using System.Globalization;
using EfficientNet.Compiler.Emission;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Planning;

/// <summary>Any spec that the parser accepts and the graph can be built of is planned and written; two kernels of one name would be refused.</summary>
public class AnySpecTests
{
    [Fact]
    public void Blocks_of_one_geometry_and_two_kernel_sizes_are_told_apart() => Compile("""
        { "kernel": 3, "stride": 2, "expansion": 6, "channels": 24, "repeats": 2 }, { "kernel": 5, "stride": 1, "expansion": 6, "channels": 24, "repeats": 2 }
        """);

    [Fact]
    public void A_depthwise_convolution_may_read_the_projection_of_a_block_with_squeeze_excite() => Compile("""
        { "kernel": 3, "stride": 1, "expansion": 1, "channels": 16, "repeats": 1, "squeezeExcite": 0.25 },
        { "kernel": 3, "stride": 2, "expansion": 1, "channels": 24, "repeats": 1, "squeezeExcite": 0.25 }
        """);

    [Fact]
    public void A_projection_and_an_expansion_of_one_shape_are_told_apart() => Compile("""
        { "kernel": 3, "stride": 1, "expansion": 1, "channels": 96, "repeats": 1, "squeezeExcite": 0 },
        { "kernel": 3, "stride": 1, "expansion": 1, "channels": 32, "repeats": 1, "squeezeExcite": 0 },
        { "kernel": 3, "stride": 1, "expansion": 3, "channels": 40, "repeats": 1, "squeezeExcite": 0 }
        """);

    [Fact]
    public void A_head_may_pool_the_projection_of_a_block_with_squeeze_excite() => Compile(
        """{ "kernel": 3, "stride": 2, "expansion": 4, "channels": 24, "repeats": 1, "squeezeExcite": 0.25 }""", "\"head\": {\"rule\": \"none\"}");

    /// <summary>One depthwise map is projected by a step of its own, the other by the block after it, which leaves it whole.</summary>
    [Theory]
    [InlineData(16, 64)]
    [InlineData(32, 224)]
    public void Depthwise_maps_in_halves_and_whole_ones_are_told_apart(int channels, int resolution)
    {
        string table = string.Join(", ", new[] { channels, 2 * channels, 2 * channels + 16 }.Select(Separable));
        Plan($$"""{"name": "N", "resolution": {{resolution}}, "stem": {"channels": {{channels}}}, "stages": [{{table}}]}""");
        Plan($$"""{"name": "N", "resolution": {{resolution}}, "stem": {"channels": {{channels}}}, "head": {"rule": "none"}, "stages": [{{Separable(channels)}}, {{Separable(2 * channels)}}]}""");
    }

    [Fact]
    public void Projections_of_a_whole_map_and_of_a_half_with_other_panels_are_told_apart() => Plan("""
        {"name": "N", "resolution": 6, "stem": {"channels": 16}, "stages": [
            {"kernel": 3, "stride": 1, "expansion": 1, "channels": 208, "repeats": 1, "squeezeExcite": 0},
            {"kernel": 3, "stride": 1, "expansion": 2, "channels": 16, "repeats": 1, "squeezeExcite": 0},
            {"kernel": 3, "stride": 1, "expansion": 2, "channels": 208, "repeats": 1, "squeezeExcite": 0}]}
        """);

    /// <summary>Few numbers of channels, so that the same geometry comes up in every role.</summary>
    [Fact]
    public void Tables_of_few_channels_are_planned()
    {
        var failures = new List<string>();
        for (int seed = 0; seed < 400; seed++)
        {
            var random = new Random(seed);
            string table = string.Join(", ", Enumerable.Range(0, random.Next(2, 6)).Select(_ => random.Next(2) == 0 ? Separable(16 * random.Next(1, 5)) : string.Create(CultureInfo.InvariantCulture,
                $$"""{ "kernel": {{Pick(random, 3, 5)}}, "stride": {{Pick(random, 1, 1, 2)}}, "expansion": {{Pick(random, 1, 2, 4)}}, "channels": {{16 * Pick(random, 1, 2, 3, 13)}}, "repeats": {{Pick(random, 1, 2)}}, "squeezeExcite": {{Pick(random, 0, 0.25)}} }""")));
            string text = $$"""{"name": "N", "resolution": {{Pick(random, 6, 13, 28, 64, 112)}}, "stem": {"channels": {{16 * Pick(random, 1, 2)}}}, "head": {{Pick(random, "{\"rule\": \"none\"}", "{\"rule\": \"fixed\", \"channels\": 64}")}}, "stages": [{{table}}]}""";
            try
            {
                Plan(text);
            }
            catch (InvalidOperationException exception)
            {
                failures.Add($"{text}: {exception.Message[..Math.Min(160, exception.Message.Length)]}");
            }
        }

        failures.ShouldBeEmpty();
    }

    /// <summary>Narrow networks round several stages to the same channels, so that geometries meet which the published ones keep apart.</summary>
    [Fact]
    public void Any_width_depth_and_resolution_of_both_families_is_planned_and_written()
    {
        var failures = new List<string>();
        foreach (string family in new[] { "v1", "lite" })
        {
            foreach (double width in new[] { 0.05, 0.1, 0.15, 0.2, 0.25, 0.35, 0.42, 0.5, 0.62, 0.75, 0.88, 1.05, 1.3, 1.7, 2.6 })
            {
                foreach (int resolution in new[] { 1, 7, 32, 75, 96, 128, 160, 200, 225, 331, 448 })
                {
                    string text = string.Create(CultureInfo.InvariantCulture, $$"""{"name": "N", "family": "{{family}}", "width": {{width}}, "depth": 1.1, "resolution": {{resolution}}}""");
                    try
                    {
                        // Training steps of some: they have ten times as many kernels.
                        CompiledPlan plan = NetworkCompiler.Plan(Specs.Valid(text) with { Training = resolution is 7 or 75 or 225 }, CancellationToken.None);
                        KernelSet.Of(plan.Execution).ShouldNotBeEmpty();
                        if (plan.Step is { } step) KernelSet.Of(step.Calls.Select(call => call.Kernel)).ShouldNotBeEmpty();
                    }
                    catch (InvalidOperationException exception)
                    {
                        failures.Add($"{text}: {exception.Message[..Math.Min(160, exception.Message.Length)]}");
                    }
                }
            }
        }

        failures.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("\"classes\": 10")]
    [InlineData("\"classes\": 1000, \"padding\": \"same\", \"activation\": \"relu6\"")]
    [InlineData("\"classes\": 33, \"head\": {\"rule\": \"none\"}, \"batchNorm\": false, \"activation\": \"hardswish\"")]
    public void Random_stage_tables_are_planned_and_written(string members)
    {
        var failures = new List<string>();
        for (int seed = 0; seed < 40; seed++)
        {
            string stages = RandomStages(new Random(seed));
            try
            {
                Compile(stages, members);
            }
            catch (Exception exception) when (exception is not ShouldAssertException)
            {
                failures.Add($"seed {seed}, [{stages}]: {exception.GetType().Name}: {exception.Message}");
            }
        }

        failures.ShouldBeEmpty();
    }

    private static void Plan(string text) => KernelSet.Of(NetworkCompiler.Plan(Specs.Valid(text), CancellationToken.None).Execution).ShouldNotBeEmpty();

    private static string Separable(int channels) => $$"""{"block": "depthwiseSeparable", "kernel": 3, "stride": 1, "channels": {{channels}}, "repeats": 1}""";

    private static void Compile(string stages, string members = "\"classes\": 10")
    {
        CompiledPlan plan = NetworkCompiler.Plan(Specs.Valid($$"""{"name": "N", "resolution": 56, {{members}}, "stages": [{{stages}}]}""") with { Training = true }, CancellationToken.None);
        Write(KernelSet.Of(plan.Execution), VectorIsa.All);
        Write(KernelSet.Of(plan.Step!.Calls.Select(call => call.Kernel)), VectorIsa.Avx512, VectorIsa.Avx2);
    }

    private static void Write(List<Kernel> kernels, params VectorIsa[] sets)
    {
        kernels.ShouldBeUnique();
        kernels.Select(kernel => kernel.Name).ShouldBeUnique();
        foreach (VectorIsa isa in sets)
        {
            var writer = new SourceWriter();
            foreach (Kernel kernel in kernels) KernelSet.Write(new KernelContext(writer, isa), kernel);
            string text = writer.ToString();
            foreach (Kernel kernel in kernels) text.ShouldContain($" void {kernel.Name}(");
        }
    }

    private static string RandomStages(Random random) => string.Join(", ", Enumerable.Range(0, random.Next(1, 5)).Select(_ => string.Create(CultureInfo.InvariantCulture,
        $$"""{ "kernel": {{Pick(random, 1, 3, 5, 7, 9)}}, "stride": {{Pick(random, 1, 1, 2)}}, "expansion": {{Pick(random, 1, 2, 3, 4, 6)}}, "channels": {{random.Next(1, 140)}}, "repeats": {{Pick(random, 1, 2, 3)}}, "squeezeExcite": {{Pick(random, 0, 0, 0.25, 0.5, 1)}} }""")));

    private static T Pick<T>(Random random, params T[] values) => values[random.Next(values.Length)];
}
