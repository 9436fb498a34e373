using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using Xunit.Abstractions;

namespace EfficientNet.Numerics.Tests.ReferenceChecks;

/// <summary>The naive interpreter on whole networks; a few seconds each, hence a class of its own.</summary>
public class WholeNetworkTests(ITestOutputHelper output)
{
    [SharedTheory]
    [MemberData(nameof(GraphTests.References), MemberType = typeof(GraphTests))]
    public void Every_block_and_the_logits_are_the_librarys(string name)
    {
        EvalReference reference = EvalReference.Read(name);
        (ArchitectureSpec spec, Naming naming) = GraphTests.SpecOf(name);
        Network network = spec.TrainingGraph();
        Tensor input = WeightRule.Input(reference.Batch, reference.Resolution, reference.Seed);
        ReferenceResult result = ReferenceNetwork.Run(network, reference.Weights(), input, naming);

        string[] marks = network.Blocks.Select(mark => mark.Name).Where(mark => mark != "features").ToArray();
        marks.Length.ShouldBe(reference.Blocks.Count);
        for (int i = 0; i < marks.Length; i++)
        {
            // The summaries are of torch's float32 run: 6e-6 to 2e-5 off, as its README says.
            result.Maps[marks[i]].ShouldFit(reference.Blocks[i].Summary, $"{marks[i]} ({reference.Blocks[i].Name})", l2: 3e-5, samples: 2e-4);
        }

        double[] logits = result.Logits.Data;
        double single = LargestDistance.Between(logits, reference.Logits);
        output.WriteLine($"{name}: logits off by {single:E2} from float32");
        single.ShouldBeWithin(3e-5);
        if (reference.LogitsFloat64 is { } exact)
        {
            double largest = exact.Max(Math.Abs);
            double distance = LargestDistance.Between(logits, exact) / largest;
            output.WriteLine($"{name}: logits off by {distance:E2} of the largest from float64");
            distance.ShouldBeWithin(1e-9);
        }
    }
}
