using EfficientNet.Compiler;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;
using EfficientNet.Training;

namespace EfficientNet.Numerics.Tests.Training;

/// <summary>
/// Training steps of whole published networks with every buffer and every slot between pages that may not be touched. B0 on the widest instruction set always;
/// B0, B3 and B7 on every one by hand, when the environment variable <see cref="LargestNetworks.Variable"/> is set.
/// </summary>
public class GuardedTrainingTests
{
    private const int Batch = 2, Resolution = 64;

    private static readonly int[] Labels = [3, 0];

    public static TheoryData<string> Networks => LargestNetworks.AreAskedFor ? ["EfficientNetB0", "EfficientNetB3", "EfficientNetB7"] : ["EfficientNetB0"];

    [Theory]
    [MemberData(nameof(Networks))]
    public void No_slot_of_a_published_networks_training_step_is_overstepped(string name)
    {
        ArchitectureSpec spec = SpecTexts.Shipped(name).Trained();
        spec = spec with
        {
            Scaling = spec.Scaling with { Resolution = Resolution },
            Classes = 10,
            Labels = null,
            InstructionSets = spec.InstructionSets.Take(LargestNetworks.AreAskedFor ? spec.InstructionSets.Count : 1).ToEquatableArray(),
        };
        CompiledPlan plan = SlotPages.Apart(NetworkCompiler.Plan(spec, CancellationToken.None));
        GeneratedAssembly assembly = GeneratedAssembly.OfPlan(plan);
        IReadOnlyDictionary<string, Tensor> weights = NetworkWeights.ByRule(plan.Training).Tensors;
        foreach (InstructionSet set in assembly.RunningHere())
        {
            Dictionary<string, float[]> expected = Step(assembly.CreateTraining(), set, threads: 1);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                Dictionary<string, float[]> found = Step(new GuardedProgram(assembly.CreateTraining(), plan.Step!, guard), set, threads: 2);
                foreach ((string tensor, float[] values) in expected) found[tensor].ShouldBeBitwise(values, $"{set}, guard {guard}: {tensor}");
            }
        }

        Dictionary<string, float[]> Step(TrainingProgram program, InstructionSet set, int threads)
        {
            using Trainer trainer = TrainerStart.Start(program, weights, Naming.TorchVision, set, threads, Batch);
            float[] images = WeightRule.Input(Batch, Resolution).ToFloats();
            var gradient = new float[images.Length];
            trainer.Accumulate(images, Labels, gradient);
            Dictionary<string, float[]> results = TrainerStart.Results(trainer, Naming.TorchVision);
            results["image"] = gradient;
            return results;
        }
    }
}
