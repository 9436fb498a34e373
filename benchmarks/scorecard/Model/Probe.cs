using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Scorecard.Clauses;

namespace EfficientNet.Benchmarks.Scorecard.Model;

/// <summary>Measurements that need a process in which nothing has happened yet: this program, started once more.</summary>
internal static class Probe
{
    /// <summary>The argument that makes the program a probe.</summary>
    public const string Verb = "probe";

    private static readonly Dictionary<string, Func<string[], IEnumerable<string>>> Probes = new(StringComparer.Ordinal)
    {
        ["memory"] = SessionMemory.MemoryProbe,
        ["reload"] = SessionMemory.ReloadProbe,
    };

    /// <summary>Runs a probe in a fresh process.</summary>
    /// <param name="arguments">The probe's name, then what it takes.</param>
    /// <returns>The lines that it answers.</returns>
    public static string[] Run(string[] arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "scorecard.dll");
        if (!Command.TryRun("dotnet", [program, Verb, .. arguments], out string output)) throw new InvalidOperationException(Command.Tail(output));
        return output.Split('\n', StringSplitOptions.TrimEntries);
    }

    /// <summary>Answers as a probe.</summary>
    public static void Answer(string[] arguments)
    {
        foreach (string line in Probes[arguments[0]](arguments[1..])) Console.WriteLine(line);
    }
}
