using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Reference.Gradients;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;
using EfficientNet.Training;

namespace EfficientNet.Numerics.Tests.Training;

/// <summary>What a training step gives: the loss, and by name gradients and running statistics; <c>image</c> is the image's gradient.</summary>
internal sealed record TrainingOutcome(double Loss, IReadOnlyDictionary<string, float[]> Values);

/// <summary>A training step: network, weights, images, loss and masks.</summary>
internal sealed record TrainingCase(ArchitectureSpec Spec, Network Graph, IReadOnlyDictionary<string, Tensor> Weights, Tensor Images, TrainingLoss Loss, TrainingMode Mode)
{
    private static readonly ActivationKind[] Activations = [ActivationKind.Silu, ActivationKind.HardSwish, ActivationKind.Silu, ActivationKind.Relu6, ActivationKind.Relu];

    /// <summary>A random network and step; the same on every machine.</summary>
    public static TrainingCase Of(int seed, int batch)
    {
        ArchitectureSpec random = RandomSpecs.Of(seed);
        bool plain = seed % 7 == 3;
        ArchitectureSpec spec = random.Trained() with
        {
            Name = $"Trained{seed}",
            Activation = Activations[seed % Activations.Length],
            BatchNorm = plain ? null : random.BatchNorm,
            Biases = new BiasSpec(Stem: plain || seed % 4 == 1, Pointwise: plain, Depthwise: seed % 5 == 2, Head: plain),
        };
        Network graph = spec.TrainingGraph();
        NetworkWeights weights = NetworkWeights.ByRule(graph);
        Tensor images = WeightRule.Input(batch, spec.Scaling.Resolution);
        var numbers = new Sequence((ulong)seed, "training");
        TrainingLoss loss = seed % 6 == 5
            ? new BinaryLoss(new Tensor([batch, spec.Classes], Enumerable.Range(0, batch * spec.Classes).Select(_ => numbers.Between(0, 4) / 4.0).ToArray()))
            : new SoftmaxLoss(Enumerable.Range(0, batch).Select(i => (3 * i + seed) % spec.Classes).ToArray(), seed % 3 == 0 ? 0.1f : 0);
        return new TrainingCase(spec, graph, weights.Tensors, images, loss, seed % 2 == 0 ? TrainingMode.Plain : new TrainingMode { Factors = Masks(graph, batch, numbers) });
    }

    public override string ToString() => $"{Spec.Name}: {Spec.Scaling.Resolution} px, {Spec.Activation}, {(Spec.BatchNorm is null ? "no BatchNorm, " : "")}{Loss.GetType().Name}";

    public TrainingResult Reference() => ReferenceTraining.Run(Graph, Weights, Images, Loss, Mode);

    /// <summary>The generated step.</summary>
    public TrainingOutcome Run(TrainingProgram program, InstructionSet set, int threads)
    {
        using Trainer trainer = TrainerStart.Start(program, Weights, Naming.TorchVision, set, threads, Images.Images);
        trainer.Masks = new GivenMasks(Mode.Factors);
        float[] images = Images.ToFloats();
        var gradient = new float[images.Length];
        double loss;
        if (Loss is SoftmaxLoss softmax)
        {
            trainer.LabelSmoothing = (float)softmax.Smoothing;
            loss = trainer.Accumulate(images, softmax.Labels.ToArray(), gradient);
        }
        else
        {
            loss = trainer.AccumulateMultiLabel(images, ((BinaryLoss)Loss).Targets.ToFloats(), gradient);
        }

        Dictionary<string, float[]> values = TrainerStart.Results(trainer, Naming.TorchVision);
        values["image"] = gradient;
        return new TrainingOutcome(loss, values);
    }

    private static Dictionary<string, Tensor> Masks(Network graph, int batch, Sequence numbers)
    {
        var masks = new Dictionary<string, Tensor>();
        foreach (Op op in graph.Ops)
        {
            (int elements, double rate) = op switch { StochasticDepthOp depth => (1, depth.Rate), DropoutOp dropout => (dropout.Output.Channels, dropout.Rate), _ => (0, 0) };
            if (elements == 0) continue;
            float kept = (float)(1 / (1 - rate));
            double[] factors = Enumerable.Range(0, batch * elements).Select(_ => numbers.Between(0, 3) == 0 ? 0.0 : kept).ToArray();
            masks[op.Name] = elements == 1 ? new Tensor([batch], factors) : new Tensor([batch, elements], factors);
        }

        return masks;
    }
}
