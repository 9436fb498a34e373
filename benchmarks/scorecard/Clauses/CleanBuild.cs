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
        DirectoryInfo folder = Directory.CreateTempSubdirectory("efficientnet-clean-build-");
        try
        {
            if (!Command.TryRun("git", ["clone", "--quiet", "--local", Folders.Repository, folder.FullName], out string output))
                return [Row.NotMeasured(Clause, Goal, Command.Tail(output))];

            // On a larger machine the build gets as much as the clause grants.
            var two = new Dictionary<string, string> { ["DOTNET_PROCESSOR_COUNT"] = "2" };
            long start = Stopwatch.GetTimestamp();
            if (!Command.TryRun("dotnet", ["restore", "EfficientNet.Compiler.sln", "-nodeReuse:false"], out output, folder.FullName, two))
                return [Row.NotMeasured(Clause, Goal, "restoring fails: " + Command.Tail(output))];
            double restored = Stopwatch.GetElapsedTime(start).TotalSeconds;
            if (!Command.TryRun("dotnet", ["build", "EfficientNet.Compiler.sln", "--no-restore", "-m:2", "-nodeReuse:false", "-v", "quiet", "--nologo"], out output, folder.FullName, two))
                return [Row.NotMeasured(Clause, Goal, "building fails: " + Command.Tail(output))];
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            return [Row.Of(Clause, string.Create(CultureInfo.InvariantCulture, $"{seconds:F0} s ({restored:F0} of them restoring)"), Goal, seconds <= 180)];
        }
        finally
        {
            Delete(folder);
        }
    }

    /// <summary>Git's own files are read-only.</summary>
    private static void Delete(DirectoryInfo folder)
    {
        foreach (FileInfo file in folder.EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.IsReadOnly)) file.IsReadOnly = false;
        folder.Delete(recursive: true);
    }
}
