using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Harness;

/// <summary>The instruction sets that kernels are judged on, as the emitter knows them: those of this machine, and AVX-512 on every machine.</summary>
internal static class KernelIsas
{
    /// <summary>Whether AVX-512 kernels run on <see cref="Avx512Emulation"/>: the machine lacks it, and the environment does not ask for one instruction set only.</summary>
    public static bool EmulatesAvx512 { get; } =
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Hardware.OverrideVariable)) && !InstructionSets.Available.Contains(InstructionSet.Avx512);

    public static IReadOnlyList<InstructionSet> Sets { get; } = EmulatesAvx512 ? [.. InstructionSets.Available, InstructionSet.Avx512] : InstructionSets.Available;

    public static IReadOnlyList<VectorIsa> Available { get; } = Sets.Select(Of).ToList();

    public static VectorIsa Of(InstructionSet set) => VectorIsa.All.Single(isa => isa.Name == set.ToString());

    /// <summary>Every case on every instruction set, as a theory wants them.</summary>
    public static TheoryData<InstructionSet, T> Cross<T>(IEnumerable<T> cases)
    {
        var rows = new TheoryData<InstructionSet, T>();
        foreach (T one in cases)
        {
            foreach (InstructionSet set in Sets) rows.Add(set, one);
        }

        return rows;
    }
}
