using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;
using Xunit.Abstractions;

namespace EfficientNet.Numerics.Tests.Networks;

/// <summary>Awkward small networks against the naive reference, every map, with bounds derived from the arithmetic.</summary>
public class RandomNetworkTests(ITestOutputHelper output)
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 24)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Every_map_is_within_its_bound_for_every_instruction_set(int seed)
    {
        ArchitectureSpec spec = RandomSpecs.Of(seed);
        output.WriteLine(Describe(spec));
        Network graph = spec.TrainingGraph();
        NetworkWeights weights = NetworkWeights.ByRule(graph);
        GeneratedAssembly assembly = GeneratedAssembly.Of(spec);
        Tensor images = WeightRule.Input(3, spec.Scaling.Resolution);
        int imageFloats = images.Data.Length / 3;
        float[] floats = images.ToFloats();
        foreach (InstructionSet set in InstructionSets.Available)
        {
            using CompiledNetwork network = assembly.Load(weights.File, set);
            network.InstructionSet.ShouldBe(set);
            (float[] logits, float[] features) = network.Forward(floats, threads: 1);
            CheckThreadsAndBatches(network, floats, logits, features);
            for (int image = 0; image < 3; image++)
            {
                float[] one = floats.AsSpan(image * imageFloats, imageFloats).ToArray();
                Dictionary<string, Tensor> maps = network.Trace(one, threads: 1);
                // Tracing must not change what is computed.
                maps["features"].ToFloats().ShouldBeBitwise(features.AsSpan(image * features.Length / 3, features.Length / 3), $"{set}: features, traced");
                Tensor own = Tensor.Of([1, spec.Classes], logits.AsSpan(image * spec.Classes, spec.Classes));
                (string? failure, double worst) = BlockwiseCheck.Run(graph, weights.Parameters, Tensor.Of([1, 3, spec.Scaling.Resolution, spec.Scaling.Resolution], one), maps, own);
                output.WriteLine($"{set}, image {image}: largest error {worst:P1} of its bound");
                failure.ShouldBeNull($"{set}, image {image}: {Describe(spec)}");
            }
        }
    }

    [Fact]
    public void The_bounds_see_one_wrong_weight()
    {
        ArchitectureSpec spec = RandomSpecs.Of(7);
        Network graph = spec.TrainingGraph();
        NetworkWeights weights = NetworkWeights.ByRule(graph);
        NetworkWeights wrong = NetworkWeights.Make(graph, Naming.TorchVision, (name, shape) =>
        {
            float[] values = WeightRule.Values(name, shape);
            if (name == "features.0.0.weight") values[4] *= 1.01f;
            return values;
        });
        Tensor image = WeightRule.Input(1, spec.Scaling.Resolution);
        using CompiledNetwork network = GeneratedAssembly.Of(spec).Load(wrong.File, InstructionSets.Available[0]);
        Tensor logits = Tensor.Of([1, spec.Classes], network.Forward(image.ToFloats(), 1).Logits);
        Dictionary<string, Tensor> maps = network.Trace(image.ToFloats(), 1);
        BlockwiseCheck.Run(graph, wrong.Parameters, image, maps, logits).Failure.ShouldBeNull();
        BlockwiseCheck.Run(graph, weights.Parameters, image, maps, logits).Failure.ShouldNotBeNull();
    }

    [Fact]
    public void Weights_are_found_under_all_three_naming_schemes()
    {
        ArchitectureSpec spec = RandomSpecs.Of(8);
        Network graph = spec.TrainingGraph();
        float[] image = WeightRule.Input(1, spec.Scaling.Resolution).ToFloats();
        var table = Enum.GetValues<Naming>().ToDictionary(naming => naming, naming => ParameterTable.Of(graph, naming).Select(row => row.Name).ToList());
        float[]? expected = null;
        foreach (Naming naming in Enum.GetValues<Naming>())
        {
            // The same values under each scheme's name of the same tensor.
            NetworkWeights weights = NetworkWeights.Make(graph, naming, (name, shape) =>
                WeightRule.Values(table[Naming.TorchVision][table[naming].IndexOf(name)], shape));
            using CompiledNetwork network = GeneratedAssembly.Of(spec).Load(weights.File, InstructionSets.Available[0]);
            float[] logits = network.Forward(image, 1).Logits;
            expected ??= logits;
            logits.ShouldBeBitwise(expected, naming.ToString());
        }
    }

    private static void CheckThreadsAndBatches(CompiledNetwork network, float[] images, float[] logits, float[] features)
    {
        foreach (int threads in new[] { 2, 3 })
        {
            (float[] l, float[] f) = network.Forward(images, threads, maximumBatch: threads);
            l.ShouldBeBitwise(logits, $"{network.InstructionSet}: logits with {threads} threads");
            f.ShouldBeBitwise(features, $"{network.InstructionSet}: features with {threads} threads");
        }

        int floats = images.Length / 3;
        using Session session = network.CreateSession(threads: 1);
        // Backwards, so that what one image leaves in the arena would be seen in another.
        for (int image = 2; image >= 0; image--)
        {
            (float[] l, float[] f) = session.Run(images.AsSpan(image * floats, floats).ToArray());
            l.ShouldBeBitwise(logits.AsSpan(image * l.Length, l.Length), $"{network.InstructionSet}: logits of image {image} alone");
            f.ShouldBeBitwise(features.AsSpan(image * f.Length, f.Length), $"{network.InstructionSet}: features of image {image} alone");
        }
    }

    private static string Describe(ArchitectureSpec spec) =>
        $"{spec.Name}: {spec.Scaling.Resolution} px, {spec.Activation}, {spec.Padding}, stem {spec.Stem.Channels}, "
        + string.Join(", ", spec.Stages.Select(s => $"{s.Repeats}× e{s.Expansion} k{s.Kernel} s{s.Stride} c{s.Channels} se{s.SqueezeExcite}"))
        + $", head {spec.Head.Rule} {spec.Head.Channels}, {spec.Classes} classes, divisor {spec.Rounding.Divisor}";
}
