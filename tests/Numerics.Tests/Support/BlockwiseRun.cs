using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>One generated network against the double-precision reference: every map within its derived bound, on every instruction set.</summary>
internal static class BlockwiseRun
{
    /// <summary>The largest error on each instruction set, as a share of its bound.</summary>
    public static string Check(ArchitectureSpec spec, GeneratedAssembly assembly)
    {
        Network graph = spec.TrainingGraph();
        assembly.Description.Parameters.ShouldBe(graph.Parameters);
        NetworkWeights weights = NetworkWeights.ByRule(graph);
        Tensor images = WeightRule.Input(2, spec.Scaling.Resolution);
        Tensor image = Tensor.Of([1, .. images.Shape.Skip(1)], images.ToFloats().AsSpan(0, images.Data.Length / 2));
        var shares = new List<string>();
        foreach (InstructionSet set in assembly.RunningHere())
        {
            using CompiledNetwork network = assembly.Load(weights.File, set);
            Dictionary<string, Tensor> maps = network.Trace(image.ToFloats(), threads: 2);
            // Two images at once on one thread, so that the first one's result depends on neither.
            (float[] logits, float[] features) = network.Forward(images.ToFloats(), threads: 1, maximumBatch: 2);
            maps["features"].ToFloats().ShouldBeBitwise(features.AsSpan(0, features.Length / 2), $"{spec.Name}, {set}: features, traced");
            Tensor own = Tensor.Of([1, spec.Classes], logits.AsSpan(0, spec.Classes));
            (string? failure, double worst) = BlockwiseCheck.Run(graph, weights.Parameters, image, maps, own);
            failure.ShouldBeNull($"{spec.Name}, {set}");
            shares.Add($"{set} {worst:P1}");
        }

        return string.Join(", ", shares);
    }
}
