using System.Diagnostics;

namespace EfficientNet.Reliability.Tests.Support;

/// <summary>The program of this project in a process of its own.</summary>
internal static class ChildProcess
{
    /// <summary>Starts it.</summary>
    /// <param name="arguments">What <see cref="Program"/> takes.</param>
    /// <param name="before">A program that starts it with other rights, and its arguments.</param>
    public static Process Start(string[] arguments, params string[] before)
    {
        string[] line = [.. before, Environment.ProcessPath!, "exec", typeof(ChildProcess).Assembly.Location, .. arguments];
        return Process.Start(new ProcessStartInfo(line[0], line[1..]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
    }

    /// <summary>Runs it to its end.</summary>
    /// <returns>The lines that it wrote.</returns>
    public static string[] Run(string[] arguments, params string[] before)
    {
        using Process process = Start(arguments, before);
        string said = process.StandardOutput.ReadToEnd(), errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, said + errors);
        return said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
