using EfficientNet.Numerics.Tests.Reference.Gradients;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;
using Xunit.Abstractions;

namespace EfficientNet.Numerics.Tests.Training;

/// <summary>
/// Training steps of awkward small networks, whole, against the naive reference: sixty always, others by hand, those that the environment variable
/// <see cref="RandomSeeds.Variable"/> names.
/// </summary>
public class RandomTrainingTests(ITestOutputHelper output)
{
    private const int Batch = 5;
    private const int Always = 60;

    public static TheoryData<int, int> Ranges => RandomSeeds.Ranges(Always);

    [Theory]
    [MemberData(nameof(Ranges))]
    public void Loss_and_every_gradient_are_the_references(int first, int last)
    {
        TrainingCase[] cases = Enumerable.Range(first, last - first + 1).Select(seed => InTurn(TrainingCase.Of(seed, Batch), seed)).ToArray();
        RandomMemory[] memories = cases.Select((one, i) => RandomMemory.Of(one.Spec, first + i)).ToArray();
        IReadOnlyList<GeneratedAssembly> assemblies = RandomMemory.Compile(memories);
        var failures = new List<string>();
        for (int i = 0; i < cases.Length; i++)
        {
            try
            {
                Check(cases[i], memories[i], assemblies[i]);
            }
            catch (Exception exception)
            {
                failures.Add($"{cases[i]}, {memories[i]}\n{exception.Message}");
            }
        }

        failures.ShouldBeEmpty();
    }

    private static TrainingCase InTurn(TrainingCase one, int seed) => one with { Spec = one.Spec.InTurn(seed) };

    private void Check(TrainingCase one, RandomMemory memory, GeneratedAssembly assembly)
    {
        TrainingResult expected = one.Reference();
        IReadOnlyDictionary<string, double> allowed = Sensitivity.Of(one, expected);
        foreach (InstructionSet set in assembly.RunningHere())
        {
            TrainingOutcome outcome = Run(set, Guard.After, threads: 1);
            Math.Abs(outcome.Loss - expected.Loss).ShouldBeWithin(allowed["loss"], $"{set}: loss");
            double worst = 0;
            foreach ((string name, double[] values) in Sensitivity.Named(expected))
            {
                if (name == "loss") continue;
                double distance = Sensitivity.Distance(outcome.Values[name], values);
                worst = Math.Max(worst, distance / allowed[name]);
                distance.ShouldBeWithin(allowed[name], $"{set}: {name}, norm {Sensitivity.Norm(values)}");
            }

            output.WriteLine($"{one.Spec.Name}, {memory}, {set}: largest error {worst:P0} of what is allowed");
            foreach (int threads in new[] { 2, 3 })
            {
                TrainingOutcome again = Run(set, Guard.Before, threads);
                again.Loss.ShouldBe(outcome.Loss);
                foreach ((string name, float[] values) in outcome.Values) again.Values[name].ShouldBeBitwise(values, $"{set}, {threads} threads: {name}");
            }
        }

        TrainingOutcome Run(InstructionSet set, Guard guard, int threads)
        {
            TrainingProgram program = assembly.CreateTraining();
            return one.Run(memory.IsApart ? new GuardedProgram(program, memory.Plan.Step!, guard) : program, set, threads);
        }
    }
}
