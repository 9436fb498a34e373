namespace EfficientNet.Compiler.Tests.Support;

/// <summary>Files of the repository that the tests hold together: specs, schema, documentation.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string Read(params string[] path) => File.ReadAllText(Path.Combine([Root, .. path]));

    public static string[] Files(string folder, string pattern) => Directory.GetFiles(Path.Combine(Root, folder), pattern).Order(StringComparer.Ordinal).ToArray();

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EfficientNet.Compiler.sln"))) return folder.FullName;
        }

        throw new DirectoryNotFoundException("The tests run outside the repository.");
    }
}
