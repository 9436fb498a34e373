using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;
using EfficientNet.Training;

namespace EfficientNet.Numerics.Tests.Training;

/// <summary>
/// What training is for: one batch is learned by heart; and what is frozen stays. B0 and Lite0 always, the whole family by hand, when the
/// environment variable <see cref="LargestNetworks.Variable"/> is set: B7 with its backward pass is much to compile.
/// </summary>
/// <remarks>
/// The rate is small because weights are random and maps end at 2×2: at 0.02 the loss of the deepest networks first rises twentyfold, here and in torchvision
/// (26 steps take B5 to 0.05, 0.28 or 0.90 of its first loss, by the seed); at 0.002 both learn the batch.
/// </remarks>
public class FrozenAndOverfittedTests
{
    private const int Batch = 6, Classes = 5;

    private static readonly int[] Labels = [0, 1, 2, 3, 4, 0];

    public static TheoryData<string> Networks =>
        [.. LargestNetworks.AreAskedFor ? SpecTexts.Family : ["EfficientNetB0", "EfficientNetLite0"]];

    [Theory]
    [MemberData(nameof(Networks))]
    public void One_batch_is_learned_by_heart_and_gradients_stay_finite(string network)
    {
        using Trainer trainer = Start(network);
        float[] images = Images(trainer);
        double first = trainer.Accumulate(images, Labels);
        var rule = new SgdOptimizer { Momentum = 0.9, WeightDecay = 1e-5 };
        for (int step = 0; step < 25; step++)
        {
            foreach (ParameterTensor tensor in trainer.Tensors.Where(tensor => !tensor.IsStatistic)) trainer.GetGradient(tensor).ShouldAllBe(value => float.IsFinite(value));
            trainer.Update(rule, 0.002);
            trainer.Accumulate(images, Labels);
        }

        trainer.Accumulate(images, Labels).ShouldBeWithin(0.2 * first);
    }

    public static TheoryData<Optimizer> Rules =>
    [
        new SgdOptimizer { Momentum = 0.9, WeightDecay = 0.1, DecaysAll = true },
        new RmsPropOptimizer { Momentum = 0.9, WeightDecay = 0.1, DecaysAll = true },
        new AdamWOptimizer { WeightDecay = 0.1, DecaysAll = true },
    ];

    [Theory]
    [MemberData(nameof(Rules))]
    public void Frozen_parts_keep_parameters_and_statistics_and_get_no_gradient(Optimizer rule)
    {
        using Trainer trainer = Start("EfficientNetB0");
        // A momentum that nothing may follow once the part is frozen.
        trainer.Accumulate(Images(trainer), Labels);
        trainer.Update(rule, 0.001);
        trainer.FirstTrained = trainer.Description.Parts.Count - 1;
        Dictionary<ParameterTensor, float[]> before = trainer.Tensors.ToDictionary(tensor => tensor, trainer.Get);
        trainer.Accumulate(Images(trainer), Labels);
        foreach (ParameterTensor tensor in trainer.Tensors.Where(tensor => !tensor.IsStatistic))
        {
            trainer.GetGradient(tensor).Any(value => value != 0).ShouldBe(IsHead(tensor), tensor.Name);
        }

        trainer.Update(rule, 0.1);
        foreach (ParameterTensor tensor in trainer.Tensors)
        {
            if (!IsHead(tensor)) trainer.Get(tensor).ShouldBeBitwise(before[tensor], tensor.Name);
        }

        trainer.Get(trainer.Tensors.Single(tensor => tensor.Name == "features.8.1.running_mean")).ShouldNotBe(before.Single(pair => pair.Key.Name == "features.8.1.running_mean").Value);

        // What was accumulated before a part was frozen is forgotten.
        trainer.FirstTrained = 0;
        trainer.Accumulate(Images(trainer), Labels);
        trainer.FirstTrained = trainer.Description.Parts.Count - 1;
        trainer.Update(rule, 0.1);
        trainer.GradientNorm().ShouldBe(0);
        foreach (ParameterTensor tensor in trainer.Tensors.Where(tensor => !tensor.IsStatistic && !IsHead(tensor))) trainer.Get(tensor).ShouldBeBitwise(before[tensor], tensor.Name);
    }

    [Fact]
    public void Gradients_of_two_halves_add_up_where_statistics_are_frozen()
    {
        using Trainer trainer = Start("EfficientNetB0");
        trainer.FirstTrained = trainer.Description.Parts.Count - 1;
        // A classifier alone has no batch statistics in its way once the head's are the same: its bias sees the logits' gradients only.
        float[] images = Images(trainer);
        ParameterTensor bias = trainer.Tensors.Single(tensor => tensor.Name == "classifier.1.bias");
        int half = images.Length / 2;
        trainer.Accumulate(images[..half], Labels[..3]);
        float[] first = trainer.GetGradient(bias);
        trainer.ClearGradients();
        trainer.Accumulate(images[half..], Labels[3..]);
        float[] second = trainer.GetGradient(bias);
        trainer.ClearGradients();
        trainer.Accumulate(images[..half], Labels[..3]);
        trainer.Accumulate(images[half..], Labels[3..]);
        float[] both = trainer.GetGradient(bias);
        for (int i = 0; i < both.Length; i++) both[i].ShouldBe(first[i] + second[i], 1e-6f);
    }

    private static bool IsHead(ParameterTensor tensor) => tensor.Name.StartsWith("features.8.", StringComparison.Ordinal) || tensor.Name.StartsWith("classifier.", StringComparison.Ordinal);

    private static Trainer Start(string network)
    {
        ArchitectureSpec shipped = SpecTexts.Shipped(network);
        ArchitectureSpec spec = shipped.Trained() with
        {
            Name = $"Trained{network}",
            Classes = Classes,
            Scaling = shipped.Scaling with { Resolution = 40 },
        };
        var trainer = new Trainer(GeneratedAssembly.Of(spec).CreateTraining(), new TrainerOptions { Threads = 2, MaximumBatch = Batch, InstructionSet = InstructionSets.Available[0] });
        Initialisation.Apply(trainer, seed: 3);
        return trainer;
    }

    private static float[] Images(Trainer trainer) => WeightRule.Input(Batch, trainer.Description.Network.Resolution).ToFloats();
}
