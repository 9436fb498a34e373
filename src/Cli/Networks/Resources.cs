namespace EfficientNet.Cli.Networks;

/// <summary>Files that were built into the program.</summary>
internal static class Resources
{
    /// <summary>Opens one; it can seek and is not copied.</summary>
    /// <param name="name">The name that the project file gives it.</param>
    public static Stream Open(string name) =>
        typeof(Resources).Assembly.GetManifestResourceStream(name)
        ?? throw new InvalidOperationException($"The program was built without its resource {name}.");
}
