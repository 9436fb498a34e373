using System.Diagnostics;
using System.Globalization;

namespace EfficientNet.Training.Tests.Support;

/// <summary>The program of this project in a process of its own.</summary>
internal static class SavingProcess
{
    /// <summary>Starts it on a folder of checkpoints.</summary>
    public static Process Start(string folder)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { "exec", typeof(SavingProcess).Assembly.Location, folder }, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    /// <summary>Waits for the next step that it says to have saved; null where it has ended.</summary>
    public static long? NextSaved(Process process) => process.StandardOutput.ReadLine() is { } line ? long.Parse(line, CultureInfo.InvariantCulture) : null;
}
