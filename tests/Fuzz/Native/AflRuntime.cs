using System.Runtime.InteropServices;
using EfficientNet.Fuzz.Tests.Engine;

namespace EfficientNet.Fuzz.Native;

/// <summary>
/// AFL++'s own runtime, linked in. Its constructor forks before .NET starts, so that a process which a finding ended is followed by a new one; within a process the
/// inputs follow each other. Alone, without AFL++, there is one input.
/// </summary>
internal static unsafe partial class AflRuntime
{
    // How many inputs a process takes before the next one starts afresh.
    private const uint InputsOfAProcess = 10_000;

    /// <summary>What the file holds each time, until it is another process' turn.</summary>
    public static IEnumerable<byte[]> Inputs(string file)
    {
        while (Loop(InputsOfAProcess) != 0)
        {
            byte[] bytes = File.ReadAllBytes(file);
            BranchCounts.StartInput();
            yield return bytes;
        }
    }

    /// <summary>Lets the instrumented libraries count where AFL++ looks.</summary>
    public static void ShareMap() => BranchCounts.CountIn(*(byte**)NativeLibrary.GetExport(NativeLibrary.GetMainProgramHandle(), "__afl_area_ptr"));

    [LibraryImport("afl", EntryPoint = "__afl_persistent_loop")]
    private static partial int Loop(uint inputs);
}
