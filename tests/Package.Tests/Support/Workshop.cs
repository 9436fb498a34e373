namespace EfficientNet.Package.Tests.Support;

/// <summary>
/// A folder outside the repository in which projects are made as a new user makes them. Our packages come from this build and no other
/// place; the rest comes from the machine's package folder, without a network.
/// </summary>
/// <remarks>One folder for all test classes, which build side by side: packages are unpacked once. It goes with the last class that uses it.</remarks>
public sealed class Workshop : IDisposable
{
    private static readonly object Door = new();
    private static string? _shared;
    private static int _users;

    public Workshop()
    {
        lock (Door)
        {
            Root = _shared ??= Make();
            _users++;
        }
    }

    /// <summary>The folder's path.</summary>
    public string Root { get; }

    /// <summary>Packages of the version that comes after this one.</summary>
    internal string Next => NextOf(Root);

    internal static string MachinePackages =>
        Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");

    /// <summary>A new project folder.</summary>
    internal string Folder(string name)
    {
        string folder = Path.Combine(Root, name);
        Directory.Exists(folder).ShouldBeFalse("test classes build side by side, each in folders of its own");
        return Directory.CreateDirectory(folder).FullName;
    }

    /// <summary>A new project folder with a sample's files.</summary>
    internal string Copy(string sample, string name)
    {
        string folder = Folder(name);
        foreach (string file in Directory.GetFiles(Product.Sample(sample))) File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        return folder;
    }

    /// <summary>Changes a file as its owner would; a text that is not there is a mistake of the test.</summary>
    internal static void Edit(string folder, string file, string old, string replacement)
    {
        string path = Path.Combine(folder, file);
        string text = File.ReadAllText(path);
        text.ShouldContain(old);
        File.WriteAllText(path, text.Replace(old, replacement));
    }

    public void Dispose()
    {
        lock (Door)
        {
            if (--_users > 0) return;
            Directory.Delete(Root, recursive: true);
            _shared = null;
        }
    }

    private static string NextOf(string root) => Path.Combine(root, "next");

    private static string Make()
    {
        string root = Directory.CreateTempSubdirectory("efficientnet-package-").FullName;
        Directory.CreateDirectory(NextOf(root));
        File.WriteAllText(Path.Combine(root, "Directory.Build.props"), $"""
            <Project>
              <PropertyGroup>
                <RestorePackagesPath>{Path.Combine(root, "packages")}</RestorePackagesPath>
                <CheckEolTargetFramework>false</CheckEolTargetFramework>
                <NuGetAudit>false</NuGetAudit>
                <UseSharedCompilation>false</UseSharedCompilation>
                <UseAppHost>false</UseAppHost>
              </PropertyGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(root, "nuget.config"), $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="ours" value="{Product.Packages}" />
                <add key="next" value="{NextOf(root)}" />
                <add key="machine" value="{MachinePackages}" />
              </packageSources>
              <fallbackPackageFolders><clear /></fallbackPackageFolders>
              <packageSourceMapping>
                <packageSource key="ours"><package pattern="EfficientNet.*" /></packageSource>
                <packageSource key="next"><package pattern="EfficientNet.*" /></packageSource>
                <packageSource key="machine"><package pattern="*" /></packageSource>
              </packageSourceMapping>
            </configuration>
            """);
        return root;
    }
}
