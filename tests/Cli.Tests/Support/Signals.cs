using System.Globalization;

namespace EfficientNet.Cli.Tests.Support;

/// <summary>Signals and what becomes of them in a child.</summary>
internal static class Signals
{
    public const int HangUp = 1, Interrupt = 2;

    /// <summary>Whether a signal is ignored: a shell starts background jobs of scripts so, nohup its program, and children inherit it.</summary>
    public static bool IsIgnored(int signal)
    {
        const string Field = "SigIgn:";
        string? line = File.Exists("/proc/self/status") ? File.ReadLines("/proc/self/status").FirstOrDefault(text => text.StartsWith(Field, StringComparison.Ordinal)) : null;
        return line is not null && (ulong.Parse(line[Field.Length..].Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture) & (1UL << (signal - 1))) != 0;
    }
}
