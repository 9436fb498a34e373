namespace EfficientNet.Numerics.Tests.Support;

/// <summary>The repository's own files, where the tests run inside it.</summary>
internal static class RepositorySource
{
    /// <summary>All C# files of a folder of the repository.</summary>
    public static IReadOnlyList<(string Path, string Text)> Under(params string[] folder)
    {
        string root = At(folder);
        return Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
            .Order(StringComparer.Ordinal)
            .Select(path => (Path.GetRelativePath(root, path), File.ReadAllText(path)))
            .ToList();
    }

    /// <summary>One file of the repository.</summary>
    public static string Text(params string[] path) => File.ReadAllText(At(path));

    /// <summary>A path in the repository.</summary>
    public static string At(params string[] path) => Path.Combine([Root(), .. path]);

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EfficientNet.Compiler.sln"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException("the tests do not run inside the repository: EfficientNet.Compiler.sln is nowhere above them");
    }
}
