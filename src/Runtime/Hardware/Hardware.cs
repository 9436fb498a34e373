using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace EfficientNet.Runtime;

/// <summary>The one place where it is decided which instruction set a network runs on.</summary>
/// <remarks>
/// Under the JIT the questions asked here are answered by the processor. Under NativeAOT they are answered when the
/// program is published: without <c>IlcInstructionSet</c> every one of them is "no", whatever the processor can do.
/// </remarks>
public static class Hardware
{
    /// <summary>
    /// The environment variable that overrides every other choice: <c>portable</c>, <c>avx2</c> or <c>avx512</c>.
    /// Absent or empty, it changes nothing.
    /// </summary>
    public const string OverrideVariable = "EFFICIENTNET_ISA";

    /// <summary>
    /// Whether this processor divides vectors of 512 bits in about the time of five multiplications, as AMD's do that have them (Zen 4 and later); others take twenty.
    /// Kernels for AVX-512 compute SiLU by a division there, and without one elsewhere.
    /// </summary>
    /// <remarks>Asked of the processor alone, so that all networks of all runs on a machine compute the same bits.</remarks>
    public static bool DividesFast { get; } = X86Base.IsSupported && IsAmd();

    /// <summary>The widest instruction set that is available here.</summary>
    public static InstructionSet Best => Widest(Missing);

    /// <summary>Chooses the instruction set of one network; called once, when the network is made.</summary>
    /// <param name="wanted">What the caller asks for, or null for <see cref="Best"/>.
    /// <see cref="OverrideVariable"/>, when set, is stronger than both.</param>
    /// <returns>An instruction set that is available here.</returns>
    /// <exception cref="ArgumentException">The environment variable or <paramref name="wanted"/> names no
    /// instruction set.</exception>
    /// <exception cref="PlatformNotSupportedException">The instruction set asked for is not available; the message
    /// names what is missing.</exception>
    public static InstructionSet Choose(InstructionSet? wanted)
    {
        return Choose(wanted, Environment.GetEnvironmentVariable(OverrideVariable), Missing);
    }

    /// <summary>The same among the kernels that a network carries.</summary>
    /// <exception cref="PlatformNotSupportedException">What is asked for is not carried or not available, or none of what is carried is available.</exception>
    internal static InstructionSet ChooseFor(NetworkDescription network, InstructionSet? wanted)
    {
        return ChooseFor(network.Name, network.InstructionSets, wanted, Environment.GetEnvironmentVariable(OverrideVariable), Missing);
    }

    /// <inheritdoc cref="ChooseFor(NetworkDescription, InstructionSet?)"/>
    internal static InstructionSet ChooseFor(TrainingDescription training, InstructionSet? wanted)
    {
        return ChooseFor($"Training of {training.Network.Name}", training.InstructionSets, wanted, Environment.GetEnvironmentVariable(OverrideVariable), Missing);
    }

    /// <summary>The decision itself, without the machine.</summary>
    internal static InstructionSet ChooseFor(string whose, IReadOnlyList<InstructionSet> carried, InstructionSet? wanted, string? variable, Func<InstructionSet, string?> missing)
    {
        bool asked = wanted is not null || !string.IsNullOrEmpty(variable);
        InstructionSet chosen = Choose(wanted, variable, asked ? missing : set => carried.Contains(set) ? missing(set) : "kernels");
        if (carried.Contains(chosen))
            return chosen;
        throw new PlatformNotSupportedException(
            $"{whose} has kernels for {string.Join(" and ", carried)} alone, which InstructionSets in its project decides: "
            + (asked ? $"{chosen} was asked for." : $"{string.Join(", ", carried.Select(missing))} is not available here."));
    }

    /// <summary>Whether neither the caller nor the environment named an instruction set.</summary>
    internal static bool WasNotAsked(InstructionSet? wanted)
    {
        return wanted is null && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(OverrideVariable));
    }

    /// <summary>The decision itself, without the machine, so that every outcome can be tested on one machine.</summary>
    internal static InstructionSet Choose(InstructionSet? wanted, string? variable, Func<InstructionSet, string?> missing)
    {
        string asker = "The network options ask";
        if (!string.IsNullOrEmpty(variable))
        {
            wanted = Parse(variable);
            asker = $"{OverrideVariable}={variable} asks";
        }

        if (wanted is null)
            return Widest(missing);

        if (!Enum.IsDefined(wanted.Value))
            throw new ArgumentException($"{(int)wanted.Value} is no instruction set.", nameof(wanted));
        if (missing(wanted.Value) is { } lacking)
        {
            throw new PlatformNotSupportedException(
                $"{asker} for {wanted.Value}, but {lacking} is not available: this {RuntimeInformation.ProcessArchitecture} "
                + "processor lacks it, or the program was published without it (IlcInstructionSet) or runs with it switched off.");
        }
        return wanted.Value;
    }

    // AMD64 Architecture Programmer's Manual, volume 3, appendix E: function 0 has the maker's name in EBX, EDX, ECX, and function 1 the family in EAX, whose
    // extension counts where the base is 15.
    private static bool IsAmd()
    {
        (_, int b, int c, int d) = X86Base.CpuId(0, 0);
        return (b, d, c) == (0x68747541, 0x69746E65, 0x444D4163); // "Auth" "enti" "cAMD"
    }

    private static InstructionSet Widest(Func<InstructionSet, string?> missing)
    {
        return missing(InstructionSet.Avx512) is null ? InstructionSet.Avx512
            : missing(InstructionSet.Avx2) is null ? InstructionSet.Avx2
            : InstructionSet.Portable;
    }

    private static InstructionSet Parse(string variable)
    {
        // An ordinal comparison without case: "AVX2" is what people copy from a data sheet.
        return variable.Trim().ToUpperInvariant() switch
        {
            "PORTABLE" => InstructionSet.Portable,
            "AVX2" => InstructionSet.Avx2,
            "AVX512" => InstructionSet.Avx512,
            _ => throw new ArgumentException(
                $"{OverrideVariable} is '{variable}': it must be portable, avx2 or avx512."),
        };
    }

    /// <summary>What is lacking for an instruction set, for a message; null when nothing is.</summary>
    private static string? Missing(InstructionSet set)
    {
        // The properties are asked in plain sight because NativeAOT folds each of them to a constant.
        List<string>? missing = null;
        if (set == InstructionSet.Avx2)
        {
            if (!Avx2.IsSupported) (missing ??= []).Add("AVX2");
            if (!Fma.IsSupported) (missing ??= []).Add("FMA");
        }
        else if (set == InstructionSet.Avx512)
        {
            if (!Avx512F.IsSupported || !Avx512F.VL.IsSupported) (missing ??= []).Add("AVX-512F with VL");
            if (!Avx512BW.IsSupported || !Avx512BW.VL.IsSupported) (missing ??= []).Add("AVX-512BW");
            if (!Avx512CD.IsSupported || !Avx512CD.VL.IsSupported) (missing ??= []).Add("AVX-512CD");
            if (!Avx512DQ.IsSupported || !Avx512DQ.VL.IsSupported) (missing ??= []).Add("AVX-512DQ");
        }
        return missing is null ? null : string.Join(", ", missing);
    }
}
