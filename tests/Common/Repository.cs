namespace EfficientNet.Tests;

/// <summary>Files of the repository, inside which the tests run: sources, specs, documentation, sample photos.</summary>
internal static class Repository
{
    /// <summary>The repository's folder.</summary>
    public static string Root { get; } = Find();

    /// <summary>The folder of sample photos.</summary>
    public static string Photos => At("assets", "photos");

    /// <summary>One sample photo.</summary>
    public static string Photo(string name) => Path.Combine(Photos, name);

    /// <summary>A path in the repository.</summary>
    public static string At(params string[] path) => Path.Combine([Root, .. path]);

    /// <summary>The text of one file.</summary>
    public static string Read(params string[] path) => File.ReadAllText(At(path));

    /// <summary>Files of one folder, in the order of their names.</summary>
    public static string[] Files(string folder, string pattern) => Directory.GetFiles(At(folder), pattern).Order(StringComparer.Ordinal).ToArray();

    /// <summary>All C# files of a folder and those in it: path from there, and text.</summary>
    public static IReadOnlyList<(string Path, string Text)> Sources(params string[] folder) =>
        Directory.EnumerateFiles(At(folder), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
            .Order(StringComparer.Ordinal)
            .Select(path => (Path.GetRelativePath(At(folder), path), File.ReadAllText(path)))
            .ToList();

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EfficientNet.Compiler.sln"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException("the tests do not run inside the repository: EfficientNet.Compiler.sln is nowhere above them");
    }
}
