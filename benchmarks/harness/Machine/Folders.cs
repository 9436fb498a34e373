namespace EfficientNet.Benchmarks.Machine;

/// <summary>Where the repository and the folder of references beside it are.</summary>
internal static class Folders
{
    /// <summary>The repository's root: the first folder with the solution, from the current one or the program's upwards.</summary>
    /// <exception cref="DirectoryNotFoundException">There is none.</exception>
    public static string Repository { get; } = Upwards(folder => File.Exists(Path.Combine(folder, "EfficientNet.Compiler.sln")))
        ?? throw new DirectoryNotFoundException("EfficientNet.Compiler.sln is in no folder above this one: run the benchmark from the repository.");

    /// <summary>The folder of references, weights and photos: <c>EFFICIENTNET_SHARED</c>, else a folder named shared beside one above; null where there is none.</summary>
    public static string? Shared { get; } = FindShared();

    /// <summary>A path inside <see cref="Shared"/>.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    public static string InShared(params string[] parts)
    {
        string root = Shared ?? throw new DirectoryNotFoundException("the shared folder is absent: set EFFICIENTNET_SHARED to it");
        return Path.Combine([root, .. parts]);
    }

    /// <summary>A path inside <see cref="Repository"/>.</summary>
    public static string InRepository(params string[] parts) => Path.Combine([Repository, .. parts]);

    private static string? FindShared()
    {
        string? named = Environment.GetEnvironmentVariable("EFFICIENTNET_SHARED");
        if (!string.IsNullOrEmpty(named)) return HasReferences(named) ? named : null;
        return Upwards(folder => HasReferences(Path.Combine(folder, "shared"))) is { } parent ? Path.Combine(parent, "shared") : null;
    }

    private static bool HasReferences(string folder) => Directory.Exists(Path.Combine(folder, "reference"));

    private static string? Upwards(Func<string, bool> isIt)
    {
        foreach (string start in new[] { Environment.CurrentDirectory, AppContext.BaseDirectory })
        {
            for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            {
                if (isIt(folder.FullName)) return folder.FullName;
            }
        }

        return null;
    }
}
