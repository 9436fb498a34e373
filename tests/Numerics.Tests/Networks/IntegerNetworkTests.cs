using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Networks;

/// <summary>
/// Networks whose every intermediate value is a small whole number (or, after pooling and where Winograd's kernels are transformed, one over a power of two): float32 computes
/// them exactly in any order, so that generated code has to agree with the naive reference to the bit.
/// </summary>
public class IntegerNetworkTests
{
    /// <summary>The BatchNorm's √(variance + epsilon) is exactly 1 with the variance below.</summary>
    private const double Epsilon = 1.0 / 1024;

    // Of 110 the reference's logits are all alike, because the clamps leave nothing.
    private static readonly int[] Chosen = [.. Enumerable.Range(101, 17).Where(seed => seed != 110)];

    public static TheoryData<int> Seeds => [.. Chosen];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Generated_code_is_exact_on_whole_numbers(int seed)
    {
        ArchitectureSpec spec = SpecOf(seed);
        Network graph = spec.TrainingGraph();
        NetworkWeights weights = NetworkWeights.Make(graph, Naming.TorchVision, WholeNumbers);
        Tensor images = Tensor.Of([3, 3, spec.Scaling.Resolution, spec.Scaling.Resolution], Integers("image", 3 * 3 * spec.Scaling.Resolution * spec.Scaling.Resolution, -2, 2));
        ReferenceResult expected = ReferenceNetwork.Run(graph, weights.Tensors, images);
        AssertExactlyRepresentable(expected);
        float[] floats = images.ToFloats();
        foreach (InstructionSet set in InstructionSets.Available)
        {
            using CompiledNetwork network = GeneratedAssembly.Of(spec).Load(weights.File, set);
            foreach (int threads in new[] { 1, 3 })
            {
                (float[] logits, float[] features) = network.Forward(floats, threads);
                string where = $"{set}, {threads} threads, {spec.Scaling.Resolution} px, {spec.Activation}, {spec.Padding}";
                Same(expected.Maps["features"].Data, features, $"{where}: features");
                Same(expected.Logits.Data, logits, $"{where}: logits");
                int image = floats.Length / 3;
                for (int i = 0; i < 3; i++)
                {
                    foreach ((string name, Tensor map) in network.Trace(floats.AsSpan(i * image, image).ToArray(), threads))
                    {
                        Tensor whole = expected.Maps[name];
                        int count = whole.Data.Length / 3;
                        Same(whole.Data.AsSpan(i * count, count), map.ToFloats(), $"{where}: {name} of image {i}");
                    }
                }
            }
        }
    }

    [Fact]
    public void The_seeds_cover_both_paddings_both_activations_squeeze_excite_and_fused_blocks()
    {
        List<ArchitectureSpec> specs = Chosen.Select(SpecOf).ToList();
        specs.Select(spec => (spec.Padding, spec.Activation)).Distinct().Count().ShouldBe(4);
        specs.ShouldContain(spec => spec.Stages.Any(stage => stage.SqueezeExcite > 0));
        specs.ShouldContain(spec => spec.Stages.Any(stage => stage.Block == BlockKind.FusedMBConv && stage.Expansion > 1));
        specs.ShouldContain(spec => spec.Stages.Any(stage => stage.Block == BlockKind.FusedMBConv && stage.Expansion == 1));
        specs.SelectMany(spec => spec.Stages).Select(stage => (stage.Kernel, stage.Stride)).Distinct().Count().ShouldBeGreaterThanOrEqualTo(6);
    }

    private static ArchitectureSpec SpecOf(int seed)
    {
        ArchitectureSpec spec = RandomSpecs.Of(seed);
        return spec with
        {
            Name = $"Integer{seed}",
            // Odd maps on the way down to one of 1, 4 or 16 positions, whose reciprocal is exact.
            Stages = AddStages(spec, seed),
            Activation = seed % 2 == 0 ? ActivationKind.Relu6 : ActivationKind.None,
            BatchNorm = new BatchNormSpec(Epsilon, 0.1),
        };
    }

    /// <summary>Appends blocks of stride 2 until the last map, and every map that squeeze-excite pools, has a power of two of positions; else drops squeeze-excite.</summary>
    private static EquatableArray<StageSpec> AddStages(ArchitectureSpec spec, int seed)
    {
        int size = (spec.Scaling.Resolution + 1) / 2;
        // Without a clamp sums grow from layer to layer: fewer of them then.
        bool clamps = seed % 2 == 0;
        var stages = new List<StageSpec>();
        foreach (StageSpec stage in spec.Stages.Take(clamps ? 4 : 2))
        {
            size = (size + stage.Stride - 1) / stage.Stride;
            stages.Add(stage with { Repeats = Math.Min(stage.Repeats, clamps ? 2 : 1), SqueezeExcite = IsPowerOfTwo(size) ? stage.SqueezeExcite : 0 });
        }

        while (!IsPowerOfTwo(size))
        {
            size = (size + 1) / 2;
            stages.Add(stages[0] with { Block = BlockKind.MBConv, Kernel = seed % 3 == 0 ? 5 : 3, Stride = 2, Expansion = 1, Channels = 19 + seed % 7, Repeats = 1, SqueezeExcite = IsPowerOfTwo(size) ? 0.25 : 0 });
        }

        return stages.ToEquatableArray();
    }

    private static bool IsPowerOfTwo(int size) => (size & (size - 1)) == 0;

    /// <summary>
    /// Weights of −1, 0 and 1, most of them 0 so that sums stay small; BatchNorms that multiply by 1 and add a whole number; the
    /// squeeze-excite gate always one half: its sigmoid is of 0.
    /// </summary>
    private static float[] WholeNumbers(string name, int[] shape)
    {
        int count = shape.Aggregate(1, (product, size) => product * size);
        if (name.EndsWith("running_var", StringComparison.Ordinal)) return Constant(count, (float)(1 - Epsilon));
        if (name.EndsWith("running_mean", StringComparison.Ordinal)) return Integers(name, count, -1, 1);
        if (name.Contains("fc2", StringComparison.Ordinal)) return Constant(count, 0);
        if (name.EndsWith("bias", StringComparison.Ordinal)) return Integers(name, count, -2, 2);
        if (shape.Length == 1) return Integers(name, count, 0, 1).Select(value => 2 * value - 1).ToArray();
        // About four weights of an output are not 0, whatever its fan-in.
        int fanIn = count / shape[0];
        float[] signs = Integers(name, count, 0, 1), chances = Integers(name + " chance", count, 0, 15);
        return signs.Zip(chances, (sign, chance) => fanIn <= 4 || chance * fanIn < 64 ? 2 * sign - 1 : 0f).ToArray();
    }

    private static float[] Integers(string name, int count, int low, int high)
    {
        ulong hash = WeightRule.Hash(name, 3);
        return Enumerable.Range(0, count).Select(i => (float)Math.Floor(low + WeightRule.Uniform(hash, (ulong)i) * (high - low + 1))).ToArray();
    }

    private static float[] Constant(int count, float value) => Enumerable.Repeat(value, count).ToArray();

    /// <summary>The test would prove nothing if the reference's own values had to be rounded, or were all alike.</summary>
    private static void AssertExactlyRepresentable(ReferenceResult expected)
    {
        foreach ((string name, Tensor map) in expected.Maps.Append(new("logits", expected.Logits)))
        {
            map.Data.Count(value => (float)value != value).ShouldBe(0, $"{name}: values that float32 cannot hold");
            map.Data.Max(Math.Abs).ShouldBeLessThan(1 << 20, name);
        }

        expected.Logits.Data.Distinct().Count().ShouldBeGreaterThan(1);
        expected.Maps["stem"].Data.Distinct().Count().ShouldBeGreaterThan(2);
    }

    private static void Same(ReadOnlySpan<double> expected, float[] found, string where)
    {
        found.Length.ShouldBe(expected.Length, where);
        for (int i = 0; i < found.Length; i++)
        {
            // Equality of values: a zero's sign is the one bit in which two exact sums may differ.
            if (found[i] != expected[i]) Assert.Fail($"{where}: value {i} is {found[i]:R}, exactly {expected[i]:R}");
        }
    }
}
