using System.Collections.Generic;
using System.Runtime.Intrinsics.X86;

namespace EfficientNet.Launcher;

/// <summary>What the processor says of itself, in Linux's spelling.</summary>
/// <remarks>Vectors need an operating system that saves them, so their features count only where the system reports them. What works on general registers does not.</remarks>
internal static class ProcessorFeatures
{
    /// <summary>Those of x86-64-v3 on general registers. A virtual machine's system may hide one that the processor has.</summary>
    public static string[] OnGeneralRegisters()
    {
        var features = new List<string>();
        (_, _, int ecx1, _) = X86Base.CpuId(1, 0);
        (_, int ebx7, _, _) = X86Base.CpuId(7, 0);
        (_, _, int ecxExtended, _) = X86Base.CpuId(unchecked((int)0x80000001), 0);
        Add(features, ecx1, 22, "movbe");
        Add(features, ebx7, 3, "bmi1", 8, "bmi2");
        Add(features, ecxExtended, 5, "abm");
        return features.ToArray();
    }

    /// <summary>Adds the names of the bits that are set.</summary>
    public static void Add(List<string> features, int register, params object[] bits)
    {
        for (int i = 0; i < bits.Length; i += 2)
        {
            if ((register >> (int)bits[i] & 1) != 0) features.Add((string)bits[i + 1]);
        }
    }
}
