using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Reference.Gradients;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;
using EfficientNet.Training;
using Xunit.Abstractions;

namespace EfficientNet.Numerics.Tests.Training;

/// <summary>
/// Training steps of awkward small networks, whole, against the naive reference: ten of forty always, all of them by hand, when the environment
/// variable EFFICIENTNET_TRAINING_SEEDS is <c>all</c>. Each compiles three instruction sets of forward and backward code.
/// </summary>
public class RandomTrainingTests(ITestOutputHelper output)
{
    private const int Batch = 5;

    public static TheoryData<int> Seeds => 
        [.. Enumerable.Range(1, Environment.GetEnvironmentVariable("EFFICIENTNET_TRAINING_SEEDS") == "all" ? 40 : 10)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Loss_and_every_gradient_are_the_references_for_every_instruction_set_and_number_of_threads(int seed)
    {
        TrainingCase one = TrainingCase.Of(seed, Batch);
        TrainingResult expected = one.Reference();
        IReadOnlyDictionary<string, double> allowed = Sensitivity.Of(one, expected);
        foreach (InstructionSet set in InstructionSets.Available)
        {
            TrainingOutcome first = one.Run(set, threads: 1);
            Math.Abs(first.Loss - expected.Loss).ShouldBeLessThanOrEqualTo(allowed["loss"], $"{set}: loss, {one}");
            double worst = 0;
            foreach ((string name, double[] values) in Sensitivity.Named(expected))
            {
                if (name == "loss") continue;
                double distance = Sensitivity.Distance(first.Values[name], values);
                worst = Math.Max(worst, distance / allowed[name]);
                distance.ShouldBeLessThanOrEqualTo(allowed[name], $"{set}: {name}, norm {Sensitivity.Norm(values)}, {one}");
            }

            output.WriteLine($"{set}: largest error {worst:P0} of what is allowed");
            foreach (int threads in new[] { 2, 3 })
            {
                TrainingOutcome again = one.Run(set, threads);
                again.Loss.ShouldBe(first.Loss);
                foreach ((string name, float[] values) in first.Values) again.Values[name].ShouldBeBitwise(values, $"{set}, {threads} threads: {name}");
            }
        }
    }
}
