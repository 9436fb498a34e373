using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace EfficientNet.Launcher;

/// <summary>On Windows the launcher starts the program and waits for it.</summary>
internal static class WindowsProcess
{
    private const int Avx2Available = 40;

    private const int Avx512Available = 41;

    /// <summary>
    /// The features in Linux's spelling. Windows reports the state that it saves, AVX2 and AVX-512 F; what else shares that state is the
    /// processor's to say.
    /// </summary>
    public static string[] Features()
    {
        var features = new List<string>(ProcessorFeatures.OnGeneralRegisters());
        (_, _, int ecx1, _) = X86Base.CpuId(1, 0);
        (_, int ebx7, _, _) = X86Base.CpuId(7, 0);
        if (IsProcessorFeaturePresent(Avx2Available))
        {
            features.Add("avx2");
            ProcessorFeatures.Add(features, ecx1, 28, "avx", 12, "fma", 29, "f16c");
        }

        if (IsProcessorFeaturePresent(Avx512Available)) ProcessorFeatures.Add(features, ebx7, 16, "avx512f", 30, "avx512bw", 28, "avx512cd", 17, "avx512dq", 31, "avx512vl");
        return features.ToArray();
    }

    /// <summary>Runs a program on this console and returns its exit code.</summary>
    public static int Run(string program, string[] arguments)
    {
        // Ctrl+C is the program's to answer.
        Console.CancelKeyPress += (_, press) => press.Cancel = true;
        var start = new ProcessStartInfo(program) { UseShellExecute = false };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }

    [DllImport("kernel32")]
    private static extern bool IsProcessorFeaturePresent(int feature);
}
