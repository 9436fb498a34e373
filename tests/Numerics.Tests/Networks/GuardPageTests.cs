using EfficientNet.Compiler;
using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Support;

namespace EfficientNet.Numerics.Tests.Networks;

/// <summary>
/// Every buffer of a forward pass between pages that may not be touched: generated code that reads or writes past an end, or
/// before a start, ends the process here and not at a user's.
/// </summary>
public class GuardPageTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void No_buffer_is_overstepped(int seed) => Check(RandomSpecs.Of(seed), images: 3);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void No_buffer_of_a_published_network_is_overstepped(bool lite) => Check(lite ? Specs.Lite0 : Specs.B0, images: 2);

    /// <summary>B7 takes a minute and gigabytes at the resolution that it ships with: that is for checks by hand.</summary>
    public static TheoryData<string, int> Resolutions => new() { { "EfficientNetB0", 224 }, { "EfficientNetB3", 300 }, { "EfficientNetB7", LargestNetworks.AreAskedFor ? 600 : 96 } };

    /// <summary>Every slot of the arena on pages of its own.</summary>
    [Theory]
    [MemberData(nameof(Resolutions))]
    public void No_slot_of_a_published_network_is_overstepped(string name, int resolution)
    {
        ArchitectureSpec spec = SpecTexts.Shipped(name);
        CompiledPlan plan = SlotPages.Apart(NetworkCompiler.Plan(spec with { Scaling = spec.Scaling with { Resolution = resolution } }, CancellationToken.None));
        GuardedRun.Check(plan, GeneratedAssembly.OfPlan(plan), WeightRule.Input(1, resolution).ToFloats());
    }

    private static void Check(ArchitectureSpec spec, int images) =>
        GuardedRun.Check(NetworkWeights.ByRule(spec.TrainingGraph()), GeneratedAssembly.Of(spec), WeightRule.Input(images, spec.Scaling.Resolution).ToFloats());
}
