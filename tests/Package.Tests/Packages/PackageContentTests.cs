using System.IO.Compression;
using System.Xml.Linq;
using EfficientNet.Package.Tests.Support;

namespace EfficientNet.Package.Tests.Packages;

/// <summary>Every package holds what it should and nothing else.</summary>
public class PackageContentTests
{
    private static readonly string[] Common = ["LICENSE", "README.md", "icon.png"];

    [Fact]
    public void The_compiler_is_generator_build_files_schema_and_what_packs_weights()
    {
        Content("EfficientNet.Compiler").ShouldBe(
        [
            .. Common,
            "THIRD-PARTY-NOTICES.txt",
            "analyzers/dotnet/cs/EfficientNet.Compiler.dll", "analyzers/dotnet/cs/Newtonsoft.Json.dll",
            "build/EfficientNet.Compiler.props", "build/EfficientNet.Compiler.targets",
            "buildTransitive/EfficientNet.Compiler.props", "buildTransitive/EfficientNet.Compiler.targets",
            "launcher/Flavours.cs", "launcher/Launcher.csproj", "launcher/ProcessorFeatures.cs", "launcher/Program.cs", "launcher/UnixProcess.cs", "launcher/WindowsProcess.cs",
            "lib/net10.0/_._", "lib/net9.0/_._",
            "schema/efficientnet.schema.json",
            "tools/net9.0/EfficientNet.Compiler.dll", "tools/net9.0/EfficientNet.Compiler.Packing.deps.json", "tools/net9.0/EfficientNet.Compiler.Packing.dll",
            "tools/net9.0/EfficientNet.Compiler.Packing.runtimeconfig.json", "tools/net9.0/EfficientNet.Runtime.dll", "tools/net9.0/Newtonsoft.Json.dll",
        ], ignoreOrder: true);
        Text("EfficientNet.Compiler", "THIRD-PARTY-NOTICES.txt").ShouldContain("\nNewtonsoft.Json 13.0.3\n");
        Dependencies("EfficientNet.Compiler").ShouldBe(Both($"EfficientNet.Runtime {Product.Version}"), ignoreOrder: true);
    }

    [Theory]
    [InlineData("EfficientNet.Runtime")]
    [InlineData("EfficientNet.Training", "EfficientNet.Imaging VERSION", "EfficientNet.Runtime VERSION", "Google.Protobuf 3.36.2", "Sep 0.17.1", "System.IO.Hashing 10.0.3")]
    [InlineData("EfficientNet.Imaging", "EfficientNet.Runtime VERSION", "BitMiracle.LibJpeg.NET 1.5.324", "System.IO.Hashing 10.0.3")]
    public void A_library_is_an_assembly_with_documentation_and_symbols(string id, params string[] dependencies)
    {
        Content(id).ShouldBe([.. Common, .. Libraries(id, "dll"), .. Libraries(id, "xml")], ignoreOrder: true);
        Content(id, "snupkg").ShouldBe(Libraries(id, "pdb"), ignoreOrder: true);
        Dependencies(id).ShouldBe(Both([.. dependencies.Select(text => text.Replace("VERSION", Product.Version))]), ignoreOrder: true);
    }

    [Fact]
    public void Testing_carries_the_generator()
    {
        Content("EfficientNet.Testing").ShouldBe(
            [.. Common, "build/EfficientNet.Testing.props", "build/EfficientNet.Testing.targets", .. Libraries("EfficientNet.Testing", "dll"), .. Libraries("EfficientNet.Testing", "xml"), .. Libraries("EfficientNet.Compiler", "dll")],
            ignoreOrder: true);
        Content("EfficientNet.Testing", "snupkg").ShouldBe(Libraries("EfficientNet.Testing", "pdb"), ignoreOrder: true);
        Dependencies("EfficientNet.Testing").ShouldBe(Both("Microsoft.CodeAnalysis.CSharp 4.8.0", "Newtonsoft.Json 13.0.3"), ignoreOrder: true);
    }

    [Fact]
    public void Onnx_says_whose_schema_it_carries()
    {
        Content("EfficientNet.Onnx").ShouldBe(
            [.. Common, .. Libraries("EfficientNet.Onnx", "dll"), .. Libraries("EfficientNet.Onnx", "xml"), "notices/onnx/LICENSE", "notices/onnx/NOTICE"], ignoreOrder: true);
        Content("EfficientNet.Onnx", "snupkg").ShouldBe(Libraries("EfficientNet.Onnx", "pdb"), ignoreOrder: true);
        Dependencies("EfficientNet.Onnx").ShouldBe(Both($"EfficientNet.Runtime {Product.Version}", "Google.Protobuf 3.36.2"), ignoreOrder: true);
    }

    [Theory]
    [InlineData("EfficientNet.Compiler")]
    [InlineData("EfficientNet.Runtime")]
    [InlineData("EfficientNet.Imaging")]
    [InlineData("EfficientNet.Onnx")]
    [InlineData("EfficientNet.Testing")]
    [InlineData("EfficientNet.Training")]
    public void Every_manifest_names_licence_readme_icon_and_commit(string id)
    {
        XElement metadata = Manifest(id);
        string Value(string name) => metadata.Elements().Single(element => element.Name.LocalName == name).Value;
        Value("id").ShouldBe(id);
        Value("version").ShouldBe(Product.Version);
        Value("license").ShouldBe("Apache-2.0");
        Value("readme").ShouldBe("README.md");
        Value("icon").ShouldBe("icon.png");
        Value("description").Length.ShouldBeGreaterThan(40);
        metadata.Elements().Single(element => element.Name.LocalName == "repository").Attribute("commit")!.Value.Length.ShouldBe(40);
        Text(id, "README.md").ShouldStartWith($"# {id}\n");
    }

    [Fact]
    public void Build_files_are_the_repositorys_own()
    {
        foreach (string folder in (string[])["build", "buildTransitive"])
        {
            foreach (string file in (string[])["EfficientNet.Compiler.props", "EfficientNet.Compiler.targets"])
            {
                Text("EfficientNet.Compiler", $"{folder}/{file}").ShouldBe(File.ReadAllText(Path.Combine(Product.Repository, "src", "Generator", "build", file)));
            }
        }
    }

    private static string[] Libraries(string name, string extension) => [$"lib/net10.0/{name}.{extension}", $"lib/net9.0/{name}.{extension}"];

    private static string[] Both(params string[] dependencies) => [.. dependencies.SelectMany(text => (string[])[$"net10.0: {text}", $"net9.0: {text}"])];

    /// <summary>The files of a package, without those of the container itself.</summary>
    private static string[] Content(string id, string extension = "nupkg")
    {
        using ZipArchive package = ZipFile.OpenRead(Product.Package(id, extension));
        return [.. package.Entries.Select(entry => entry.FullName)
            .Where(name => !name.StartsWith("_rels/") && !name.StartsWith("package/") && !name.EndsWith(".nuspec") && name != "[Content_Types].xml")];
    }

    private static string Text(string id, string file)
    {
        using ZipArchive package = ZipFile.OpenRead(Product.Package(id));
        using var reader = new StreamReader(package.GetEntry(file).ShouldNotBeNull(file).Open());
        return reader.ReadToEnd();
    }

    private static XElement Manifest(string id) => XElement.Parse(Text(id, $"{id}.nuspec")).Elements().Single();

    private static string[] Dependencies(string id) => [.. Manifest(id).Descendants()
        .Where(element => element.Name.LocalName == "dependency")
        .Select(element => $"{element.Parent!.Attribute("targetFramework")!.Value}: {element.Attribute("id")!.Value} {element.Attribute("version")!.Value}")];
}
