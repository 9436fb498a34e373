using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Harness;

/// <summary>The instruction sets of this machine as the emitter knows them.</summary>
internal static class KernelIsas
{
    public static IReadOnlyList<VectorIsa> Available { get; } = InstructionSets.Available.Select(Of).ToList();

    public static VectorIsa Of(InstructionSet set) => VectorIsa.All.Single(isa => isa.Name == set.ToString());

    /// <summary>Every case on every instruction set that runs here, as a theory wants them.</summary>
    public static TheoryData<InstructionSet, string> Cross(IEnumerable<string> cases)
    {
        var rows = new TheoryData<InstructionSet, string>();
        foreach (string name in cases)
        {
            foreach (InstructionSet set in InstructionSets.Available) rows.Add(set, name);
        }

        return rows;
    }
}
