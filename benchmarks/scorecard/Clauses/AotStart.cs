using System.Diagnostics;
using System.Globalization;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Scorecard.Model;
using EfficientNet.Cli.Measurement;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>The command line published with NativeAOT: the publish, its size, and from its start to the first label it prints.</summary>
internal sealed class AotStart : IClauseGroup
{
    private const string Clause = "The AOT program, from its start to the first printed label (coffee.png, page cache warm)";
    private const string Label = "espresso";

    public string Name => "aot-start";

    public IEnumerable<Row> Measure(bool quick)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("efficientnet-aot-");
        try
        {
            string program = Path.Combine(folder.FullName, "published", OperatingSystem.IsWindows() ? "efficientnet.exe" : "efficientnet");
            long begin = Stopwatch.GetTimestamp();
            if (!Publish(folder.FullName, out string why)) return [Row.Failed(Clause, "", "publishing fails: " + why)];

            double minutes = Stopwatch.GetElapsedTime(begin).TotalMinutes;
            double megabytes = new FileInfo(program).Length / 1e6;
            double weights = new FileInfo(Folders.InRepository("assets", "weights", "tf_efficientnet_lite0.fp16.safetensors")).Length / 1e6;
            string photo = Folders.InRepository("assets", "photos", "coffee.png");
            FirstLabel(program, photo);
            double[] milliseconds = Enumerable.Range(0, quick ? 3 : 20).Select(_ => FirstLabel(program, photo)).ToArray();
            return
            [
                Row.Of(Clause, string.Create(CultureInfo.InvariantCulture, $"{milliseconds.Median():F0} ms (median of {milliseconds.Length}, fastest {milliseconds.Min():F0})")),
                Row.Of(
                    $"AOT publish of the command line with all {ShippedSpecs.Names.Count} networks, from a clean tree",
                    string.Create(CultureInfo.InvariantCulture, $"{minutes:F1} min"),
                    "≤ 6 min",
                    minutes <= 6),
                Row.Of(
                    $"The AOT program's size with all {ShippedSpecs.Names.Count} networks, without the weights inside",
                    string.Create(CultureInfo.InvariantCulture, $"{megabytes - weights:F1} MB ({megabytes:F1} with Lite0's {weights:F1})"),
                    "≤ 25 MB",
                    megabytes - weights <= 25),
            ];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool Publish(string folder, out string why)
    {
        // As .ci/aot-check.sh does it, but for the processor that it runs on, and into folders of its own.
        bool published = Command.TryRun(
            "dotnet",
            [
                "publish", "src/Cli", "--configuration", "Release", "--framework", "net9.0", "--nologo", "-nodeReuse:false",
                "--output", Path.Combine(folder, "published"),
                "-p:NativeCommandLine=true",
                "-p:IlcInstructionSet=native",
                $"-p:ArtifactsPath={Path.Combine(folder, "artifacts")}",
            ],
            out string output);
        why = published ? "" : Command.Tail(output);
        return published;
    }

    private static double FirstLabel(string program, string photo)
    {
        var start = new ProcessStartInfo(program, ["classify", photo, "--json"]) { RedirectStandardOutput = true };
        long begin = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        string line = process.StandardOutput.ReadLine() ?? "";
        double milliseconds = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return line.Contains(Label, StringComparison.Ordinal) ? milliseconds : throw new InvalidOperationException($"the program printed '{line}', no {Label}");
    }
}
