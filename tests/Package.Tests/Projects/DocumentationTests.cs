using System.Text;
using System.Text.RegularExpressions;
using EfficientNet.Package.Tests.Support;

namespace EfficientNet.Package.Tests.Projects;

/// <summary>The C# in the documentation, compiled from the packages and run. A page that is not named here must have none.</summary>
public class DocumentationTests(Workshop workshop) : IClassFixture<Workshop>
{
    /// <summary>Pages whose code runs as it stands, where names that it takes for granted are there.</summary>
    private static readonly string[] Pages =
        ["README.md", "docs/deployment.md", "docs/onnx.md", "docs/training.md", "docs/training-data.md", "docs/weights.md", "src/Imaging/README.md", "src/Onnx/README.md", "src/Package/README.md", "src/Testing/README.md"];

    /// <summary>Pages that quote what is tested elsewhere: the samples, and generated code.</summary>
    private static readonly string[] Quoting = ["docs/getting-started.md", "docs/generated-code.md"];

    [Fact]
    public void Every_sample_compiles_and_runs()
    {
        string folder = workshop.Copy("Console", "documentation");
        Workshop.Edit(folder, "Console.csproj", "</ItemGroup>", $"""
            <PackageReference Include="EfficientNet.Onnx" Version="{Product.Version}" />
            <PackageReference Include="EfficientNet.Testing" Version="{Product.Version}" />
            <PackageReference Include="EfficientNet.Training" Version="{Product.Version}" />
            <EfficientNetSpec Update="Tiny.efficientnet.json" Weights="b0.safetensors" />
            </ItemGroup>
            <PropertyGroup><Nullable>enable</Nullable></PropertyGroup>
            """);
        string[] blocks = [.. Pages.SelectMany(page => Blocks(page))];
        blocks.Length.ShouldBeGreaterThanOrEqualTo(Pages.Length);
        File.WriteAllText(Path.Combine(folder, "Program.cs"), Program(blocks));
        // The samples' files: weights of the small network that goes by B0's name, and a photo.
        string weights = TinySample.WriteWeights(folder);
        foreach (string name in (string[])["efficientnet_b0.safetensors", "efficientnet_b0.pth", "b0.safetensors"]) File.Copy(weights, Path.Combine(folder, name));
        File.Copy(Path.Combine(Product.Repository, "specs", "digits.efficientnet.json"), Path.Combine(folder, "digits.efficientnet.json"));
        File.Copy(TinySample.Photo, Path.Combine(folder, "coffee.jpg"));
        foreach (string photo in (string[])["cat/1.jpg", "cat/2.jpg", "dog/1.jpg", "dog/2.jpg"])
        {
            string path = Path.Combine(folder, "photos", photo);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Copy(TinySample.Photo, path);
        }

        DotnetRun.Dotnet(folder, "build").ShouldSucceed();
        DotnetRun.Dotnet(folder, Path.Combine("bin", "Debug", "net10.0", "Console.dll")).ShouldSucceed()
            .Output.ShouldBe(string.Concat(Enumerable.Range(0, blocks.Length).Select(i => $"{i} ran\n")));
        File.Exists(Path.Combine(folder, "b0.onnx")).ShouldBeTrue();
        File.Exists(Path.Combine(folder, "Tiny.verified.cs")).ShouldBeTrue();
    }

    [Fact]
    public void Getting_started_quotes_the_samples()
    {
        string[] samples = [.. ((string[])["Console/Program.cs", "Snapshots/TinyTests.cs"]).SelectMany(file => File.ReadAllLines(Product.Sample(file))).Select(line => line.Trim())];
        string[] quoted = [.. Blocks("docs/getting-started.md").SelectMany(block => block.Split('\n', StringSplitOptions.RemoveEmptyEntries)).Select(line => line.Trim())];
        quoted.Length.ShouldBeGreaterThan(4);
        quoted.Except(samples).ShouldBeEmpty();
    }

    [Fact]
    public void No_other_page_has_code_that_nobody_compiles()
    {
        IEnumerable<string> pages = new[] { "docs", "src", "samples", "specs", "benchmarks" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(Product.Repository, folder), "*.md", SearchOption.AllDirectories))
            .Concat(Directory.GetFiles(Product.Repository, "*.md"))
            .Select(path => Path.GetRelativePath(Product.Repository, path).Replace('\\', '/'))
            .Where(path => !path.Contains("node_modules"));
        pages.Where(page => Blocks(page).Length > 0).ShouldBe([.. Pages, .. Quoting], ignoreOrder: true);
    }

    private static string[] Blocks(string page) =>
        [.. Regex.Matches(File.ReadAllText(Path.Combine(Product.Repository, page)), "^```csharp\\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline).Select(match => match.Groups[1].Value)];

    /// <summary>Each block as a method of its own, with what the text around it takes for granted.</summary>
    private static string Program(string[] blocks)
    {
        var code = new StringBuilder("""
            using System;
            using System.Collections.Generic;
            using System.IO;
            using EfficientNet.Imaging;
            using EfficientNet.Onnx;
            using EfficientNet.Runtime;
            using EfficientNet.Testing;
            using EfficientNet.Training;
            using Digits = Sample.Digits;
            using EfficientNetB0 = Sample.Tiny;

            Environment.SetEnvironmentVariable("UPDATE_SNAPSHOTS", "1");
            float[] pixels = new float[3 * EfficientNetB0.Resolution * EfficientNetB0.Resolution];
            float[] probabilities = new float[EfficientNetB0.Classes];
            long steps = 2;
            float[] images = new float[8 * 3 * Digits.Resolution * Digits.Resolution];
            for (int i = 0; i < images.Length; i++) images[i] = (float)Math.Sin(i * i); // equal images have no variance, and their gradients no bounds
            int[] labels = [0, 1, 2, 3, 4, 5, 6, 7];
            string folder = Directory.GetCurrentDirectory();
            string text = File.ReadAllText("Tiny.efficientnet.json");

            """);
        for (int i = 0; i < blocks.Length; i++) code.Append($"Block{i}();\nConsole.Write(\"{i} ran\\n\");\n");
        for (int i = 0; i < blocks.Length; i++) code.Append($"\nvoid Block{i}()\n{{\n{blocks[i]}}}\n");
        return code.ToString();
    }
}
