using EfficientNet.Compiler;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;
using EfficientNet.Training;

namespace EfficientNet.Numerics.Tests.Training;

/// <summary>
/// Steps of a small network whose dense convolutions go by tiles, one with a share of every image in the gradient of the weights and one without: what a step adds, what frozen parts
/// leave alone, and one image with several threads. Without BatchNorm no image and no part sees another's statistics.
/// </summary>
public class TiledTrainingTests
{
    private const int Batch = 3;

    private static readonly int[] Labels = [0, 1, 2];

    private static readonly ArchitectureSpec Spec = Specs.TorchVision("Tiled", 1, 1, 48).Trained() with
    {
        Stages = new[] { Stage(stride: 1, expansion: 1, channels: 16, repeats: 1), Stage(stride: 2, expansion: 4, channels: 40, repeats: 2) }.ToEquatableArray(),
        BatchNorm = null,
        Biases = new BiasSpec(Stem: true, Pointwise: true, Depthwise: true, Head: true),
        Dropout = 0,
        StochasticDepth = 0,
        Classes = 3,
    };

    public static TheoryData<InstructionSet> Sets => [.. GeneratedAssembly.Of(Spec).RunningHere()];

    [Fact]
    public void The_network_has_both_kinds_of_sums()
    {
        KernelCall[] calls = [.. NetworkCompiler.Plan(Spec, CancellationToken.None).Step!.Calls.Where(call => call.Kernel is WinogradWeightGradientKernel { HasBias: true })];
        calls.Select(call => call.Sharing).ShouldBe([Sharing.PiecesOfAllImages, Sharing.ImagesAndPieces], ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Gradients_of_two_steps_add_up(InstructionSet set)
    {
        using Trainer trainer = Start(set, threads: 2);
        trainer.Accumulate(Images(trainer, Batch), Labels);
        Dictionary<string, float[]> once = Gradients(trainer);
        trainer.Accumulate(Images(trainer, Batch), Labels);
        foreach ((string name, float[] twice) in Gradients(trainer))
        {
            double norm = Math.Sqrt(once[name].Sum(value => (double)value * value));
            norm.ShouldBeGreaterThan(0, name);
            Math.Sqrt(twice.Zip(once[name], (two, one) => Math.Pow(two - 2.0 * one, 2)).Sum()).ShouldBeWithin(1e-5 * norm, name);
        }
    }

    /// <summary>Of a network whose kernels look beyond a map's borders: no pointer may go there, even one that is not followed.</summary>
    [Theory]
    [MemberData(nameof(Sets))]
    public void A_project_that_checks_for_overflow_computes_the_same_logits(InstructionSet set)
    {
        using Trainer trainer = Start(set, threads: 2);
        byte[] weights = Weights(trainer);
        Logits(GeneratedAssembly.Checked(Spec)).ShouldBe(Logits(GeneratedAssembly.Of(Spec)));

        float[] Logits(GeneratedAssembly assembly)
        {
            using CompiledNetwork network = assembly.Load(weights, set);
            using Session session = network.CreateSession(threads: 2);
            float[] logits = new float[Batch * Spec.Classes];
            session.Forward(Images(trainer, Batch), logits);
            return logits;
        }

        static byte[] Weights(Trainer trainer)
        {
            using var file = new MemoryStream();
            trainer.WriteWeights(file, null);
            return file.ToArray();
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void A_project_that_checks_for_overflow_computes_the_same_gradients(InstructionSet set)
    {
        using Trainer trainer = Start(set, threads: 2);
        using Trainer checking = Start(set, threads: 2, GeneratedAssembly.Checked(Spec));
        trainer.Accumulate(Images(trainer, Batch), Labels);
        checking.Accumulate(Images(trainer, Batch), Labels);
        Dictionary<string, float[]> expected = Gradients(trainer);
        foreach ((string name, float[] gradient) in Gradients(checking)) gradient.ShouldBeBitwise(expected[name], $"{set}: {name}");
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Parts_behind_frozen_ones_get_the_same_gradients_and_frozen_ones_none(InstructionSet set)
    {
        using Trainer trainer = Start(set, threads: 2);
        trainer.Accumulate(Images(trainer, Batch), Labels);
        Dictionary<string, float[]> all = Gradients(trainer);
        int parts = trainer.Description.Parts.Count;
        for (int frozen = 1; frozen < parts; frozen++)
        {
            trainer.ClearGradients();
            trainer.FirstTrained = frozen;
            trainer.Accumulate(Images(trainer, Batch), Labels);
            int kept = 0;
            foreach ((string name, float[] gradient) in Gradients(trainer))
            {
                bool isFrozen = gradient.All(value => value == 0);
                if (isFrozen) continue;
                kept++;
                gradient.ShouldBeBitwise(all[name], $"{set}, {frozen} frozen: {name}");
            }

            kept.ShouldBeInRange(1, all.Count - frozen, $"{set}, {frozen} of {parts} frozen");
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void One_image_has_the_same_bits_with_more_threads(InstructionSet set)
    {
        using Trainer alone = Start(set, threads: 1);
        alone.Accumulate(Images(alone, 1), Labels[..1]);
        Dictionary<string, float[]> expected = Gradients(alone);
        foreach (int threads in new[] { 2, 3 })
        {
            using Trainer shared = Start(set, threads);
            shared.Accumulate(Images(shared, 1), Labels[..1]);
            foreach ((string name, float[] gradient) in Gradients(shared)) gradient.ShouldBeBitwise(expected[name], $"{set}, {threads} threads: {name}");
        }
    }

    private static StageSpec Stage(int stride, int expansion, int channels, int repeats) => Specs.B0Stages[0] with
    {
        Block = BlockKind.FusedMBConv,
        Kernel = 3,
        Stride = stride,
        Expansion = expansion,
        Channels = channels,
        Repeats = repeats,
        SqueezeExcite = 0,
    };

    private static Trainer Start(InstructionSet set, int threads, GeneratedAssembly? assembly = null)
    {
        var trainer = new Trainer((assembly ?? GeneratedAssembly.Of(Spec)).CreateTraining(), new TrainerOptions { Threads = threads, MaximumBatch = Batch, InstructionSet = set });
        Initialisation.Apply(trainer, seed: 5);
        return trainer;
    }

    private static float[] Images(Trainer trainer, int images) => WeightRule.Input(images, trainer.Description.Network.Resolution).ToFloats();

    private static Dictionary<string, float[]> Gradients(Trainer trainer) => trainer.Tensors.Where(tensor => !tensor.IsStatistic).ToDictionary(tensor => tensor.Name, trainer.GetGradient);
}
