namespace EfficientNet.Package.Tests.Support;

/// <summary>Compiler and runtime under the version that comes next, built from a copy of their sources as a release would be.</summary>
internal static class NextRelease
{
    /// <summary>Packs both.</summary>
    /// <param name="source">An empty folder for the copy.</param>
    /// <param name="feed">Where the packages go.</param>
    /// <returns>Their version.</returns>
    public static string Pack(string source, string feed)
    {
        var current = Version.Parse(Product.Version);
        string next = $"{current.Major}.{current.Minor}.{current.Build + 1}";
        string[] single = ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json", ".editorconfig", "LICENSE", "assets/icon.png", "specs/efficientnet.schema.json", "src/BannedSymbols.txt"];
        string[] projects = [.. ((string[])["Generator", "Runtime", "Packing", "Package"]).SelectMany(Sources)];
        foreach (string file in single.Concat(projects))
        {
            string copy = Path.Combine(source, file);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(Path.Combine(Product.Repository, file), copy);
        }

        Workshop.Edit(source, "Directory.Build.props", $"<Version>{Product.Version}</Version>", $"<Version>{next}</Version>");
        // Versions of ours stand in the lock files, which a release makes again.
        foreach (string file in Directory.GetFiles(source, "packages.lock.json", SearchOption.AllDirectories)) File.Delete(file);
        foreach (string project in (string[])["Runtime", "Package"])
        {
            DotnetRun.Dotnet(Path.Combine(source, "src", project), "pack", "-c", "Release", "-o", feed, "-p:UseSharedCompilation=false").ShouldSucceed();
        }

        return next;
    }

    private static IEnumerable<string> Sources(string project) => Directory
        .GetFiles(Path.Combine(Product.Repository, "src", project), "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(Product.Repository, file));
}
