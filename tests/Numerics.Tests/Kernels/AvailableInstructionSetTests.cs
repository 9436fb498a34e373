using System.Runtime.Intrinsics.X86;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;
using Xunit.Abstractions;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>What the kernel tests run on: all that this machine has, and never silently nothing.</summary>
public class AvailableInstructionSetTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_instruction_set_of_this_machine_is_tested()
    {
        IReadOnlyList<InstructionSet> available = InstructionSets.Available;
        output.WriteLine($"kernels are tested on {string.Join(", ", KernelIsas.Sets)}{(KernelIsas.EmulatesAvx512 ? ", the last one emulated" : "")}");
        KernelIsas.Available.Select(isa => isa.Name).ShouldBe(KernelIsas.Sets.Select(set => set.ToString()));
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Hardware.OverrideVariable)))
        {
            available.Count.ShouldBe(1, "the environment asks for one");
            return;
        }

        available.ShouldContain(InstructionSet.Portable);
        KernelIsas.Sets.ShouldContain(InstructionSet.Avx512, "emulated where the machine lacks it");
        available.Contains(InstructionSet.Avx2).ShouldBe(Avx2.IsSupported && Fma.IsSupported);
        available.Contains(InstructionSet.Avx512).ShouldBe(Avx512DQ.VL.IsSupported && Avx512BW.VL.IsSupported && Avx512CD.VL.IsSupported);
    }
}
