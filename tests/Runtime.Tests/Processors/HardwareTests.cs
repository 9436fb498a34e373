using EfficientNet.Runtime.Tests.Support;
using Hardware = EfficientNet.Runtime.Hardware;

namespace EfficientNet.Runtime.Tests.Processors;

public sealed class HardwareTests
{
    private static readonly Func<InstructionSet, string?> Everything = _ => null;
    private static readonly Func<InstructionSet, string?> NoAvx512 = set => set == InstructionSet.Avx512 ? "AVX-512BW" : null;
    private static readonly Func<InstructionSet, string?> Nothing = set => set == InstructionSet.Portable ? null : "FMA";

    [Fact]
    public void The_widest_available_set_is_chosen_when_nobody_asks()
    {
        Hardware.Choose(null, null, Everything).ShouldBe(InstructionSet.Avx512);
        Hardware.Choose(null, "", NoAvx512).ShouldBe(InstructionSet.Avx2);
        Hardware.Choose(null, null, Nothing).ShouldBe(InstructionSet.Portable);
    }

    [Fact]
    public void The_options_are_stronger_than_the_processor_and_the_variable_than_both()
    {
        Hardware.Choose(InstructionSet.Avx2, null, Everything).ShouldBe(InstructionSet.Avx2);
        Hardware.Choose(InstructionSet.Avx2, "portable", Everything).ShouldBe(InstructionSet.Portable);
        Hardware.Choose(null, "avx2", Everything).ShouldBe(InstructionSet.Avx2);
        Hardware.Choose(null, " AVX512 ", Everything).ShouldBe(InstructionSet.Avx512);
    }

    [Theory]
    [InlineData("sse")]
    [InlineData("avx")]
    [InlineData("1")]
    public void An_unknown_name_is_refused_with_those_that_are_known(string variable)
    {
        Should.Throw<ArgumentException>(() => Hardware.Choose(null, variable, Everything)).Message
            .ShouldBe($"EFFICIENTNET_ISA is '{variable}': it must be portable, avx2 or avx512.");
        Should.Throw<ArgumentException>(() => Hardware.Choose((InstructionSet)3, null, Everything)).Message
            .ShouldStartWith("3 is no instruction set.");
    }

    [Fact]
    public void A_set_that_is_not_available_is_refused_with_what_is_missing_and_who_asked()
    {
        string byVariable = Should.Throw<PlatformNotSupportedException>(() => Hardware.Choose(null, "avx512", NoAvx512)).Message;
        byVariable.ShouldStartWith("EFFICIENTNET_ISA=avx512 asks for Avx512, but AVX-512BW is not available: ");
        byVariable.ShouldContain("IlcInstructionSet");
        Should.Throw<PlatformNotSupportedException>(() => Hardware.Choose(InstructionSet.Avx2, null, Nothing)).Message
            .ShouldStartWith("The network options ask for Avx2, but FMA is not available: ");
    }

    [Theory]
    [InlineData(null, null, InstructionSet.Avx2)]
    [InlineData(null, "portable", InstructionSet.Portable)]
    [InlineData(InstructionSet.Avx2, null, InstructionSet.Avx2)]
    public void A_network_runs_the_widest_that_it_carries_or_what_is_asked_for(InstructionSet? wanted, string? variable, InstructionSet expected) =>
        Hardware.ChooseFor("Tiny", [InstructionSet.Avx2, InstructionSet.Portable], wanted, variable, Everything).ShouldBe(expected);

    [Fact]
    public void What_a_network_does_not_carry_is_refused_with_what_it_does()
    {
        InstructionSet[] both = [InstructionSet.Avx512, InstructionSet.Avx2];
        Refusal(both, null, "portable", Everything).ShouldBe("Tiny has kernels for Avx512 and Avx2 alone, which InstructionSets in its project decides: Portable was asked for.");
        Refusal(both, InstructionSet.Portable, null, Everything).ShouldEndWith("Portable was asked for.");
        Refusal(both, null, null, Nothing).ShouldBe("Tiny has kernels for Avx512 and Avx2 alone, which InstructionSets in its project decides: FMA, FMA is not available here.");
        Refusal([InstructionSet.Avx512], null, null, NoAvx512).ShouldEndWith(": AVX-512BW is not available here.");

        static string Refusal(InstructionSet[] carried, InstructionSet? wanted, string? variable, Func<InstructionSet, string?> missing)
        {
            return Should.Throw<PlatformNotSupportedException>(() => Hardware.ChooseFor("Tiny", carried, wanted, variable, missing)).Message;
        }
    }

    [Fact]
    public void The_best_set_is_available_and_the_portable_one_always_is()
    {
        Hardware.Choose(Hardware.Best, null, Missing).ShouldBe(Hardware.Best);
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(Hardware.OverrideVariable)))
        {
            Hardware.Choose(null).ShouldBe(Hardware.Best);
            Hardware.Choose(InstructionSet.Portable).ShouldBe(InstructionSet.Portable);
        }

        static string? Missing(InstructionSet set)
        {
            return set <= Hardware.Best ? null : "it";
        }
    }

    /// <summary>Linux says who made the processor.</summary>
    [Fact]
    public void Amd_processors_divide_fast()
    {
        if (!File.Exists("/proc/cpuinfo")) return;
        string[] maker = File.ReadLines("/proc/cpuinfo").First(line => line.StartsWith("vendor_id", StringComparison.Ordinal)).Split(':');
        Hardware.DividesFast.ShouldBe(maker[1].Trim() == "AuthenticAMD");
    }
}
