namespace EfficientNet.Fuzz.Tests.Engine;

/// <summary>Where the tests lie.</summary>
internal static class Repository
{
    public static readonly string Root = Find();

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EfficientNet.Compiler.sln"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException("the tests do not lie inside the repository");
    }
}
