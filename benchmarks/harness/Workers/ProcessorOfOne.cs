using System.Diagnostics;
using System.Numerics;

namespace EfficientNet.Benchmarks.Workers;

/// <summary>
/// The processor on which every engine with one thread runs, and the FMA peak beside it. Left to the system, each engine stays where it happened to begin, and of a
/// virtual machine's processors one may share its core with a neighbour: the same program was 15 % slower than itself there, for minutes.
/// </summary>
internal static class ProcessorOfOne
{
    /// <summary>Keeps a process there that has just begun: the threads that it makes later inherit it.</summary>
    public static void Take(Process process)
    {
        // The last of those that it may run on, which need not be numbered from 0.
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows()) process.ProcessorAffinity = (nint)1 << BitOperations.Log2((nuint)process.ProcessorAffinity);
    }
}
