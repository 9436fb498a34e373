namespace EfficientNet.Cli.Tests.Support;

/// <summary>Files of the repository.</summary>
internal static class Repository
{
    private static readonly string Root = Find();

    /// <summary>The folder of sample photos.</summary>
    public static string Photos => Path.Combine(Root, "assets", "photos");

    /// <summary>One sample photo.</summary>
    public static string Photo(string name) => Path.Combine(Photos, name);

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EfficientNet.Compiler.sln"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException("the tests do not lie inside the repository");
    }
}
