using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.ReferenceChecks;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;
using Xunit.Abstractions;

namespace EfficientNet.Numerics.Tests.Networks;

/// <summary>Generated B0, Lite0 and a scaling that nobody publishes, against the libraries' own results.</summary>
public class PublishedNetworkTests(ITestOutputHelper output)
{
    public static TheoryData<string> References => GraphTests.References;

    [SharedTheory]
    [MemberData(nameof(References))]
    public void Logits_and_every_block_are_the_librarys(string name)
    {
        EvalReference reference = EvalReference.Read(name);
        (ArchitectureSpec spec, Naming naming) = GraphTests.SpecOf(name);
        NetworkWeights weights = NetworkWeights.Of(reference, naming);
        float[] image = WeightRule.Input(1, reference.Resolution, reference.Seed).ToFloats();
        GeneratedAssembly assembly = GeneratedAssembly.Of(spec);
        assembly.Description.Parameters.ShouldBe(reference.Parameters);
        string[] marks = spec.TrainingGraph().Blocks.Select(mark => mark.Name).Where(mark => mark != "features").ToArray();
        foreach (InstructionSet set in InstructionSets.Available)
        {
            using CompiledNetwork network = assembly.Load(weights.File, set);
            (float[] logits, float[] features) = network.Forward(image, threads: 1);
            double distance = LargestDistance.Between(logits, reference.Logits);
            output.WriteLine($"{name}, {set}: logits off by {distance:E2}");
            distance.ShouldBeWithin(3e-4, $"{name}, {set}");

            Dictionary<string, Tensor> maps = network.Trace(image, threads: 1);
            maps["features"].ToFloats().ShouldBeBitwise(features, $"{name}, {set}: features, traced");
            for (int i = 0; i < marks.Length; i++)
            {
                maps[marks[i]].ShouldFit(reference.Blocks[i].Summary, $"{name}, {set}, {marks[i]}", l2: 2e-4, samples: 1e-3);
            }
        }
    }

    [SharedTheory]
    [MemberData(nameof(References))]
    public void Every_map_is_within_its_derived_bound(string name)
    {
        EvalReference reference = EvalReference.Read(name);
        (ArchitectureSpec spec, Naming naming) = GraphTests.SpecOf(name);
        Network graph = spec.TrainingGraph();
        NetworkWeights weights = NetworkWeights.Of(reference, naming);
        Tensor image = WeightRule.Input(1, reference.Resolution, reference.Seed);
        foreach (InstructionSet set in InstructionSets.Available)
        {
            using CompiledNetwork network = GeneratedAssembly.Of(spec).Load(weights.File, set);
            Dictionary<string, Tensor> maps = network.Trace(image.ToFloats(), threads: 2);
            Tensor logits = Tensor.Of([1, spec.Classes], network.Forward(image.ToFloats(), threads: 2).Logits);
            (string? failure, double worst) = BlockwiseCheck.Run(graph, weights.Parameters, image, maps, logits);
            output.WriteLine($"{name}, {set}: largest error {worst:P1} of its bound");
            failure.ShouldBeNull($"{name}, {set}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Threads_and_batches_change_no_bit(bool lite)
    {
        ArchitectureSpec spec = lite ? Specs.Lite0 : Specs.B0;
        NetworkWeights weights = NetworkWeights.ByRule(spec.TrainingGraph());
        float[] images = WeightRule.Input(3, spec.Scaling.Resolution).ToFloats();
        int floats = images.Length / 3;
        foreach (InstructionSet set in InstructionSets.Available)
        {
            using CompiledNetwork network = GeneratedAssembly.Of(spec).Load(weights.File, set);
            (float[] logits, float[] features) = network.Forward(images, threads: 1);
            logits.ShouldAllBe(value => float.IsFinite(value));
            foreach (int threads in new[] { 2, 3 })
            {
                (float[] l, float[] f) = network.Forward(images, threads, maximumBatch: 3);
                l.ShouldBeBitwise(logits, $"{spec.Name}, {set}, {threads} threads: logits");
                f.ShouldBeBitwise(features, $"{spec.Name}, {set}, {threads} threads: features");
            }

            for (int image = 0; image < 3; image++)
            {
                (float[] l, _) = network.Forward(images.AsSpan(image * floats, floats).ToArray(), threads: 1);
                l.ShouldBeBitwise(logits.AsSpan(image * l.Length, l.Length), $"{spec.Name}, {set}: image {image} alone");
            }
        }
    }
}
