using System.Text.Json;
using EfficientNet.Package.Tests.Support;

namespace EfficientNet.Package.Tests.Packages;

/// <summary>The command line's package carries other people's work and says so. Asked of its project: packing it compiles all of its networks.</summary>
public class CommandLineNoticesTests
{
    private static readonly string Project = Path.Combine(Product.Repository, "src", "Cli");

    [Fact]
    public void Every_library_that_it_carries_is_noticed_at_its_version()
    {
        string[] notices = File.ReadAllLines(Path.Combine(Project, "THIRD-PARTY-NOTICES.txt"));
        using var locked = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Project, "packages.lock.json")));
        string[] libraries = [.. locked.RootElement.GetProperty("dependencies").GetProperty("net10.0").EnumerateObject()
            .Where(package => package.Value.GetProperty("type").GetString() != "Project" && package.Name != "Microsoft.NET.ILLink.Tasks") // a tool of the build
            .Select(package => $"{package.Name} {package.Value.GetProperty("resolved").GetString()}")];
        libraries.Length.ShouldBeGreaterThan(3);
        libraries.Where(library => !notices.Contains(library)).ShouldBeEmpty();
    }

    [Fact]
    public void The_notices_are_packed()
    {
        DotnetRun run = DotnetRun.Dotnet(Project, "msbuild", "-getItem:None").ShouldSucceed();
        using var items = JsonDocument.Parse(run.Output);
        var packed = items.RootElement.GetProperty("Items").GetProperty("None").EnumerateArray()
            .Where(item => item.TryGetProperty("Pack", out JsonElement pack) && pack.GetString() == "true")
            .ToLookup(item => $"{item.GetProperty("PackagePath").GetString()}/{Path.GetFileName(item.GetProperty("FullPath").GetString())}", item => item.GetProperty("FullPath").GetString()!);
        foreach (string file in (string[])["/THIRD-PARTY-NOTICES.txt", "notices/weights/LICENSE", "notices/weights/NOTICE", "notices/labels/LICENSE", "notices/labels/README.md", "notices/onnx/LICENSE", "notices/onnx/NOTICE"])
        {
            File.Exists(packed[file].ShouldHaveSingleItem(file)).ShouldBeTrue(file);
        }
    }
}
