using System;
using System.Linq;

namespace EfficientNet.Launcher;

/// <summary>Which of a program's flavours a processor can run, by the features that operating system and processor report.</summary>
internal static class Flavours
{
    public const string Avx512 = "avx512";

    public const string Avx2 = "avx2";

    /// <summary>x86-64-v3, as Linux spells its features.</summary>
    public static readonly string[] NeededByAvx2 = { "avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe" };

    /// <summary>What x86-64-v4 needs beside them.</summary>
    public static readonly string[] NeededByAvx512 = { "avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl" };

    /// <summary>The flavours to try, the fastest first; none where even AVX2 is missing.</summary>
    /// <param name="features">The features that are reported, in Linux's spelling.</param>
    /// <param name="forced">The environment's choice of kernels, which is stronger; null or empty for none.</param>
    public static string[] InOrder(string[] features, string? forced)
    {
        if (!string.IsNullOrEmpty(forced)) return new[] { forced.Trim().ToLowerInvariant() == Avx512 ? Avx512 : Avx2 };
        if (Missing(features, NeededByAvx2).Length > 0) return Array.Empty<string>();
        return Missing(features, NeededByAvx512).Length == 0 ? new[] { Avx512, Avx2 } : new[] { Avx2 };
    }

    /// <summary>The one line for a processor that can run none.</summary>
    /// <param name="program">The program's name.</param>
    /// <param name="features">The features that are reported, in Linux's spelling.</param>
    public static string Refusal(string program, string[] features) =>
        program + " needs a processor with AVX2 and FMA (x86-64-v3): there is no " + string.Join(", ", Missing(features, NeededByAvx2)) + ".";

    /// <summary>The features in the text of <c>/proc/cpuinfo</c>: those of the first processor.</summary>
    public static string[] OfLinux(string cpuinfo)
    {
        string line = cpuinfo.Split('\n').FirstOrDefault(text => text.StartsWith("flags", StringComparison.Ordinal)) ?? "";
        return line.Substring(line.IndexOf(':') + 1).Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    private static string[] Missing(string[] features, string[] needed) => needed.Where(feature => !features.Contains(feature)).ToArray();
}
