using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>The instruction sets that this machine can run; the environment's choice, where there is one, is the only one.</summary>
internal static class InstructionSets
{
    /// <summary>Random seeds up to this carry the kernels of every instruction set.</summary>
    private const int OnEverySet = 10;

    public static IReadOnlyList<InstructionSet> Available { get; } = Find();

    /// <summary>A spec whose network can be trained, with the kernels that run here and no others: a third of the code less to compile where AVX-512 is missing.</summary>
    public static ArchitectureSpec Trained(this ArchitectureSpec spec) => spec with
    {
        Training = true,
        InstructionSets = ArchitectureSpec.EveryInstructionSet.Where(RunsHere).ToEquatableArray(),
        TrainingInstructionSets = ArchitectureSpec.EveryInstructionSet,
    };

    /// <summary>
    /// A random spec with the kernels that its seed stands for: the first seeds carry all of theirs, the others one that runs here, which takes turns, because most
    /// of the time goes into compiling.
    /// </summary>
    public static ArchitectureSpec InTurn(this ArchitectureSpec spec, int seed)
    {
        if (seed <= OnEverySet) return spec;
        string[] sets = spec.InstructionSets.Where(RunsHere).ToArray();
        return spec with { InstructionSets = new[] { sets[seed / 3 % sets.Length] }.ToEquatableArray() };
    }

    /// <summary>
    /// Those of a network's instruction sets that this machine can run, as its spec has them: one that the generated class lacks is refused where it is loaded.
    /// </summary>
    public static IReadOnlyList<InstructionSet> RunningHere(this GeneratedAssembly assembly)
    {
        InstructionSet[] sets = Available.Where(set => assembly.Spec.InstructionSets.Contains(set.ToString().ToLowerInvariant())).ToArray();
        sets.ShouldNotBeEmpty(assembly.Spec.Name);
        return sets;
    }

    private static bool RunsHere(string word) => Available.Any(set => set.ToString().Equals(word, StringComparison.OrdinalIgnoreCase));

    private static List<InstructionSet> Find()
    {
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Hardware.OverrideVariable))) return [Hardware.Choose(null)];
        var available = new List<InstructionSet>();
        foreach (InstructionSet set in Enum.GetValues<InstructionSet>())
        {
            try
            {
                available.Add(Hardware.Choose(set));
            }
            catch (PlatformNotSupportedException)
            {
                // This machine cannot run it: the tests of the others are all there is to do here.
            }
        }

        return available;
    }
}
