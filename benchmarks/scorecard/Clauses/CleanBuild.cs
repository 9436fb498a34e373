using System.Diagnostics;
using System.Globalization;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Scorecard.Model;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>What whoever clones the repository waits for.</summary>
internal sealed class CleanBuild : IClauseGroup
{
    private const string Clause = "The solution from clean: a fresh clone of the commit, restored (packages are on the disk) and built";
    private const string Goal = "≤ 3 min on 2 cores";

    public string Name => "clean-build";

    public IEnumerable<Row> Measure(bool quick)
    {
        using var copy = new CleanCopy();
        // A compiler that earlier builds left running is warm.
        Command.TryRun("dotnet", ["build-server", "shutdown", "--vbcscompiler"], out _);
        long start = Stopwatch.GetTimestamp();
        copy.Dotnet("restore", "EfficientNet.Compiler.sln");
        double restored = Stopwatch.GetElapsedTime(start).TotalSeconds;
        copy.Dotnet("build", "EfficientNet.Compiler.sln", "--no-restore", "-m:2", "-v", "quiet", "--nologo");
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return [Row.Of(Clause, string.Create(CultureInfo.InvariantCulture, $"{seconds:F0} s ({restored:F0} of them restoring)"), Goal, seconds <= 180)];
    }
}
