using System.Diagnostics;
using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;
using Xunit.Abstractions;

namespace EfficientNet.Numerics.Tests.Networks;

/// <summary>The family as it ships, from the spec's text to the logits, against the libraries' own results; one network at a time in memory.</summary>
public class FamilyReferenceTests(ITestOutputHelper output)
{
    public static TheoryData<string> Names => [.. FamilyReference.All.Where(reference => !reference.ByHand || LargestNetworks.AreAskedFor).Select(reference => reference.Name)];

    [SharedTheory]
    [MemberData(nameof(Names))]
    public void Logits_and_every_block_are_the_librarys(string name)
    {
        FamilyReference wanted = FamilyReference.All.Single(candidate => candidate.Name == name);
        EvalReference reference = EvalReference.Read(name);
        ArchitectureSpec spec = wanted.Read();
        EnsureSameConstants(spec, reference);
        var clock = Stopwatch.StartNew();
        // Not kept for other tests: a network this large is looked at once.
        GeneratedAssembly assembly = GeneratedAssembly.OfAll([spec])[0];
        assembly.Description.Parameters.ShouldBe(reference.Parameters);
        string[] marks = assembly.Description.Maps.Select(map => map.Name).Where(map => map != "features").ToArray();
        marks.Length.ShouldBe(reference.Blocks.Count);
        output.WriteLine($"{name}: generated and compiled after {clock.ElapsedMilliseconds} ms");

        float[] images = WeightRule.Input(reference.Batch, reference.Resolution, reference.Seed).ToFloats();
        foreach (InstructionSet set in wanted.AllSets ? InstructionSets.Available : [InstructionSets.Available.Max()])
        {
            using CompiledNetwork network = assembly.Load(reference.WeightFile(), set);
            (float[] logits, float[] features) = network.Forward(images, threads: 2, maximumBatch: reference.Batch);
            double distance = LargestDistance.Between(logits, reference.Logits);
            logits.Length.ShouldBe(reference.Logits.Length);
            Dictionary<string, Summary> maps = network.Summarise(images, reference.Batch, threads: 2);
            (double L2, double Samples)[] blocks = marks.Select((mark, i) => maps[mark].DistanceTo(reference.Blocks[i].Summary)).ToArray();
            // The scorecard reads this line.
            output.WriteLine(FormattableString.Invariant(
                $"{name}, {set}: logits {distance:0.0e-0} (limit {wanted.LogitLimit:0e-0}), norms {blocks.Max(block => block.L2):0.0e-0} ({wanted.NormLimit:0e-0}), samples {blocks.Max(block => block.Samples):0.0e-0} ({wanted.SampleLimit:0e-0}), worst of {blocks.Length} blocks"));
            distance.ShouldBeWithin(wanted.LogitLimit, $"{name}, {set}");
            for (int i = 0; i < marks.Length; i++)
            {
                maps[marks[i]].ShouldFit(reference.Blocks[i].Summary, $"{name}, {set}, {marks[i]} ({reference.Blocks[i].Name})", wanted.NormLimit, wanted.SampleLimit);
            }

            // What was traced is what ran.
            maps["features"].L2.ShouldBe(Math.Sqrt(features.Sum(value => (double)value * value)), 1e-12 * maps["features"].L2);
            output.WriteLine($"done after {clock.ElapsedMilliseconds} ms");
        }
    }

    [SharedFact]
    public void Every_reference_is_among_them()
    {
        IEnumerable<string> files = Directory.EnumerateFiles(SharedFolder.Reference(), "*.eval.json", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(SharedFolder.Reference(), file).Replace('\\', '/').Replace(".eval.json", ""));
        FamilyReference.All.Select(reference => reference.Name).ShouldBe(files, ignoreOrder: true);
    }

    /// <summary>Weights reveal neither, and both change every number.</summary>
    private static void EnsureSameConstants(ArchitectureSpec spec, EvalReference reference)
    {
        spec.Scaling.Resolution.ShouldBe(reference.Resolution);
        spec.Classes.ShouldBe(reference.Classes);
        spec.BatchNorm!.Epsilon.ShouldBe(reference.Epsilon);
        spec.Padding.ShouldBe(reference.Padding == "same" ? PaddingMode.Same : PaddingMode.Symmetric);
    }
}
