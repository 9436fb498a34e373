using System.Reflection;

namespace EfficientNet.Package.Tests.Support;

/// <summary>Where this build's packages lie, and the repository they were made from.</summary>
internal static class Product
{
    public static string Version { get; } = Fact("PackageVersion");

    /// <summary>The packages that this build made.</summary>
    public static string Packages { get; } = Fact("PackageFolder");

    public static string Repository { get; } = Path.GetFullPath(Fact("RepositoryFolder"));

    public static string Sample(string name) => Path.Combine(Repository, "samples", name);

    public static string Package(string id, string extension = "nupkg") => Path.Combine(Packages, $"{id}.{Version}.{extension}");

    /// <summary>The command line as this build made it, to be started by <c>dotnet</c>.</summary>
    public static string CommandLine { get; } = Fact("CommandLine");

    private static string Fact(string key) => typeof(Product).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(fact => fact.Key == key).Value!;
}
