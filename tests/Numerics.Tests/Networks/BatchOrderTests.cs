using EfficientNet.Compiler;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;
using Xunit.Abstractions;

namespace EfficientNet.Numerics.Tests.Networks;

/// <summary>Networks of which a batch goes through the last blocks step by step: every image has the bits that it has alone.</summary>
public class BatchOrderTests(ITestOutputHelper output)
{
    /// <summary>More than two groups of images with one thread, and for none of several threads a whole number for each.</summary>
    private const int Images = 11;

    [Fact]
    public void Bits_are_those_of_one_image_alone_with_squeeze_excite() => Check(Specs.TorchVision("Gated", 0.5, 0.5, 64), methods: 2);

    [Fact]
    public void Bits_are_those_of_one_image_alone_without_squeeze_excite() => Check(Specs.Lite0 with { Name = "Plain", Scaling = new ScalingSpec(0.35, 0.5, 56) }, methods: 2);

    [Fact]
    public void Bits_are_those_of_one_image_alone_where_steps_fill_several_methods() => Check(Deep, methods: 4);

    /// <summary>A network with many blocks in two stages, one of large maps and one of small ones: each part of its steps fills two methods.</summary>
    private static ArchitectureSpec Deep => Specs.TorchVision("Deep", 0.25, 1, 64) with
    {
        Stages = new EquatableArray<StageSpec>([.. Specs.B0Stages.Select((stage, i) => i switch { 0 => stage with { Repeats = 75 }, 5 => stage with { Repeats = 60 }, _ => stage })]),
    };

    private void Check(ArchitectureSpec spec, int methods)
    {
        ExecutionPlan plan = NetworkCompiler.Plan(spec, CancellationToken.None).Execution;
        output.WriteLine($"{plan.Steps.Count} steps, step by step from {plan.StepwiseFrom}, {plan.Steps[plan.StepwiseFrom].Name}");
        (plan.IsStepwise && plan.StepwiseFrom > 0).ShouldBeTrue("not a network of this kind");
        IEnumerable<string> forward = GeneratedAssembly.FilesOf(spec).Where(file => file.Path.EndsWith("Avx2.Forward.g.cs", StringComparison.Ordinal)).Select(file => file.Text);
        (forward.Single().Split("private static void ForwardFrom").Length - 1).ShouldBe(methods);
        NetworkWeights weights = NetworkWeights.ByRule(spec.TrainingGraph());
        GeneratedAssembly assembly = GeneratedAssembly.Of(spec);
        float[] images = WeightRule.Input(Images, spec.Scaling.Resolution).ToFloats();
        foreach (InstructionSet set in InstructionSets.Available)
        {
            using CompiledNetwork network = assembly.Load(weights.File, set);
            (float[] logits, float[] features) = network.Forward(images, threads: 1);
            logits.ShouldAllBe(value => float.IsFinite(value));
            logits.Distinct().Count().ShouldBeGreaterThan(logits.Length / 2, "images that cannot be told apart");
            foreach ((int threads, int maximumBatch) in new[] { (1, 2), (1, 4), (1, Images), (2, 3), (2, Images), (3, 2), (3, Images), (4, 3), (4, 8) })
            {
                (float[] l, float[] f) = network.Forward(images, threads, maximumBatch);
                l.ShouldBeBitwise(logits, $"{set}: logits with {threads} threads, {maximumBatch} images a pass");
                f.ShouldBeBitwise(features, $"{set}: features with {threads} threads, {maximumBatch} images a pass");
            }
        }
    }
}
