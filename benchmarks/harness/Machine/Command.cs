using System.ComponentModel;
using System.Diagnostics;

namespace EfficientNet.Benchmarks.Machine;

/// <summary>Runs other programs in the repository's root.</summary>
internal static class Command
{
    /// <summary>Runs a program to its end and gives what it printed, trimmed.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="arguments">Its arguments, unquoted.</param>
    /// <param name="output">Standard output, then standard error.</param>
    /// <param name="folder">Where it runs; null for the repository's root.</param>
    /// <param name="environment">Variables to set for it.</param>
    /// <returns>Whether it could be started and ended with 0.</returns>
    public static bool TryRun(
        string program, IEnumerable<string> arguments, out string output, string? folder = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder ?? Folders.Repository,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> error = process.StandardError.ReadToEndAsync();
            output = process.StandardOutput.ReadToEnd();
            output = (output + error.GetAwaiter().GetResult()).Trim();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception exception)
        {
            output = $"{program}: {exception.Message}";
            return false;
        }
    }

    /// <summary>Runs a program to its end; what it says on standard error goes to ours as it comes.</summary>
    /// <param name="program">Its name or path.</param>
    /// <param name="arguments">Its arguments, unquoted.</param>
    /// <param name="why">Why not.</param>
    /// <returns>Whether it could be started and ended with 0.</returns>
    public static bool TryFollow(string program, IEnumerable<string> arguments, out string why)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = Folders.Repository, RedirectStandardOutput = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            why = process.ExitCode == 0 ? "" : $"it ends with {process.ExitCode}";
        }
        catch (Win32Exception exception)
        {
            why = $"{program}: {exception.Message}";
        }

        return why.Length == 0;
    }

    /// <summary>The last lines of an output, for a table's cell.</summary>
    public static string Tail(string output, int lines = 2) => string.Join(" / ", output.Split('\n').Where(line => line.Trim().Length > 0).TakeLast(lines)).Trim();
}
