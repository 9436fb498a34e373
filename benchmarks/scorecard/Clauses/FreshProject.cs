using System.Diagnostics;
using System.Globalization;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Scorecard.Model;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>What a new user waits for and downloads: a console project with B0 from the packages, and how large these are.</summary>
internal sealed class FreshProject : IClauseGroup
{
    private const string Clause = "A fresh console project with B0, from `dotnet new` to a photo's printed label, packages cached";
    private const string Goal = "≤ 60 s";

    private const string Main =
        """
        using EfficientNet.Imaging;
        using EfficientNet.Runtime;
        using Fresh;

        using var network = EfficientNetB0.Load(args[0]);
        using var session = network.CreateSession();
        ClassScore best = session.Classify(Image.Load(args[1]), top: 1)[0];
        Console.WriteLine($"label: {File.ReadAllLines(args[2])[best.Class]}");
        """;

    private static readonly string[] Packages = ["Runtime", "Package", "Imaging", "Onnx", "Testing", "Training"];

    public string Name => "fresh-project";

    public IEnumerable<Row> Measure(bool quick)
    {
        using var copy = new CleanCopy();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("efficientnet-fresh-");
        try
        {
            string feed = Path.Combine(folder.FullName, "feed");
            foreach (string project in Packages) copy.Dotnet("pack", Path.Combine("src", project), "-c", "Release", "-o", feed, "-v", "quiet", "--nologo");
            File.WriteAllText(Path.Combine(folder.FullName, "nuget.config"), Sources(folder.FullName, feed));
            using var weights = new ReferenceWeights("torchvision/b0");
            // The first project fills the cache; what it takes is another question.
            Make(Path.Combine(folder.FullName, "first", "Fresh"), weights.Path);
            long start = Stopwatch.GetTimestamp();
            string label = Make(Path.Combine(folder.FullName, "second", "Fresh"), weights.Path);
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            yield return Row.Of(Clause, string.Create(CultureInfo.InvariantCulture, $"{seconds:F0} s ({label})"), Goal, seconds <= 60);
            foreach (FileInfo package in new DirectoryInfo(feed).GetFiles("*.nupkg").OrderBy(file => file.Name, StringComparer.Ordinal))
                yield return Row.Of($"Size of the package {Path.GetFileNameWithoutExtension(package.Name)}", string.Create(CultureInfo.InvariantCulture, $"{package.Length / 1024.0:F0} KiB"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Everything that the user does, and what the program prints.</summary>
    private static string Make(string folder, string weights)
    {
        Directory.CreateDirectory(folder);
        Dotnet(folder, "new", "console");
        foreach (string package in new[] { "EfficientNet.Compiler", "EfficientNet.Imaging" }) Dotnet(folder, "add", "package", package);
        const string spec = "EfficientNetB0.efficientnet.json";
        File.Copy(Folders.InRepository("specs", spec), Path.Combine(folder, spec));
        File.WriteAllText(Path.Combine(folder, "Program.cs"), Main);
        string output = Dotnet(folder, "run", "-c", "Release", "--", weights, Folders.InRepository("assets", "photos", "coffee.png"), Folders.InRepository("assets", "labels", "imagenet1k.txt"));
        return output.Split('\n').SingleOrDefault(line => line.StartsWith("label: ", StringComparison.Ordinal))?.Trim()
            ?? throw new InvalidOperationException($"the program prints no label: {Command.Tail(output)}");
    }

    private static string Dotnet(string folder, params string[] arguments) =>
        Command.TryRun("dotnet", arguments, out string output, folder, new Dictionary<string, string> { ["MSBUILDDISABLENODEREUSE"] = "1" })
            ? output
            : throw new InvalidOperationException($"dotnet {arguments[0]} fails: {Command.Tail(output)}");

    /// <summary>A cache of its own, filled from our feed and from what the machine has.</summary>
    private static string Sources(string root, string feed)
    {
        string machine = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        return $"""
            <configuration>
              <config><add key="globalPackagesFolder" value="{Path.Combine(root, "cache")}" /></config>
              <packageSources>
                <clear />
                <add key="ours" value="{feed}" />
                <add key="machine" value="{machine}" />
              </packageSources>
              <packageSourceMapping>
                <packageSource key="ours"><package pattern="EfficientNet.*" /></packageSource>
                <packageSource key="machine"><package pattern="*" /></packageSource>
              </packageSourceMapping>
            </configuration>
            """;
    }
}
