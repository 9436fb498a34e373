using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace EfficientNet.Cli.Tests.Support;

/// <summary>Signals and what becomes of them in a child.</summary>
internal static partial class Signals
{
    public const int HangUp = 1, Interrupt = 2, Kill = 9, Terminate = 15;

    /// <summary>Sends one, unless the process has ended meanwhile. The program <c>kill</c> is not on every machine.</summary>
    public static void Send(Process process, int signal) => (kill(process.Id, signal) == 0 || process.WaitForExit(1000)).ShouldBeTrue($"signal {signal}");

    /// <summary>Whether a signal is ignored: a shell starts background jobs of scripts so, nohup its program, and children inherit it.</summary>
    public static bool IsIgnored(int signal)
    {
        const string Field = "SigIgn:";
        string? line = File.Exists("/proc/self/status") ? File.ReadLines("/proc/self/status").FirstOrDefault(text => text.StartsWith(Field, StringComparison.Ordinal)) : null;
        return line is not null && (ulong.Parse(line[Field.Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & (1UL << (signal - 1))) != 0;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int kill(int process, int signal);
}
