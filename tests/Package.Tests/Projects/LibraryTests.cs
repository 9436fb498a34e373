using EfficientNet.Package.Tests.Support;

namespace EfficientNet.Package.Tests.Projects;

/// <summary>Libraries that hold networks, and what refers to them.</summary>
public class LibraryTests(Workshop workshop) : IClassFixture<Workshop>
{
    private const string ProjectText = """<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><TargetFramework>net10.0</TargetFramework>{0}</PropertyGroup><ItemGroup>{1}</ItemGroup></Project>""";

    [Fact]
    public void Two_libraries_share_a_spec_and_an_application_uses_both()
    {
        string shared = workshop.Folder("shared");
        File.Copy(Path.Combine(Product.Sample("Console"), "Tiny.efficientnet.json"), Path.Combine(shared, "Tiny.efficientnet.json"));
        foreach (string name in (string[])["Left", "Right"])
        {
            Write(workshop.Folder(name), $"{name}.csproj", "", Compiler() + """<EfficientNetSpec Include="../shared/Tiny.efficientnet.json" />""");
        }

        string application = workshop.Folder("Application");
        Write(application, "Application.csproj", "<OutputType>Exe</OutputType>", """<ProjectReference Include="../Left/Left.csproj" /><ProjectReference Include="../Right/Right.csproj" />""");
        File.WriteAllText(Path.Combine(application, "Program.cs"), "System.Console.WriteLine($\"{typeof(Left.Tiny)} {Left.Tiny.Description.Layers.Count} {typeof(Right.Tiny)} {Right.Tiny.Resolution}\");");
        DotnetRun.Dotnet(application, "build").ShouldSucceed();
        DotnetRun.Dotnet(application, Path.Combine("bin", "Debug", "net10.0", "Application.dll")).ShouldSucceed()
            .Output.ShouldBe($"Left.Tiny {Tiny.Description.Layers.Count} Right.Tiny {Tiny.Resolution}\n");
    }

    [Fact]
    public void A_build_that_takes_the_generator_out_is_told_so()
    {
        string folder = workshop.Copy("Console", "no-generator");
        Workshop.Edit(folder, "Console.csproj", "</Project>", """
            <Target Name="TakeOut" AfterTargets="ResolveLockFileAnalyzers"><ItemGroup><Analyzer Remove="@(Analyzer)" /></ItemGroup></Target>
            </Project>
            """);
        DotnetRun.Dotnet(folder, "build").ShouldFailWith("ENC1002", "Tiny.efficientnet.json", "Console.csproj has this spec but not the generator");
    }

    [Fact]
    public void A_spec_that_is_not_called_so_is_named()
    {
        string folder = workshop.Folder("misnamed");
        File.Copy(Path.Combine(Product.Sample("Console"), "Tiny.efficientnet.json"), Path.Combine(folder, "tiny's net.json"));
        Write(folder, "Misnamed.csproj", "", Compiler() + """<EfficientNetSpec Include="tiny's net.json" />""");
        DotnetRun.Dotnet(folder, "build").ShouldFailWith("ENC1009", "tiny's net.json", "Expected one that ends in .efficientnet.json");
    }

    [Fact]
    public void A_spec_that_is_to_be_two_classes_is_told_so()
    {
        string folder = workshop.Folder("twice");
        File.Copy(Path.Combine(Product.Sample("Console"), "Tiny.efficientnet.json"), Path.Combine(folder, "Tiny.efficientnet.json"));
        const string Left = """<EfficientNetSpec Include="Tiny.efficientnet.json" ClassName="Left" />""";
        Write(folder, "Twice.csproj", "", Compiler() + Left + Left);
        DotnetRun.Dotnet(folder, "build").ShouldSucceed();
        Write(folder, "Twice.csproj", "", Compiler() + Left + Left.Replace("Left", "Right", StringComparison.Ordinal));
        DotnetRun.Dotnet(folder, "build").ShouldFailWith("ENC1010", "Tiny.efficientnet.json", "ClassName=\"Left\"", "ClassName=\"Right\"");
    }

    [Fact]
    public void A_project_that_forbids_unsafe_code_keeps_it_forbidden()
    {
        string folder = workshop.Folder("safe");
        File.Copy(Path.Combine(Product.Sample("Console"), "Tiny.efficientnet.json"), Path.Combine(folder, "Tiny.efficientnet.json"));
        File.WriteAllText(Path.Combine(folder, "Directory.Build.props"), """
            <Project>
              <Import Project="../Directory.Build.props" />
              <PropertyGroup><AllowUnsafeBlocks>false</AllowUnsafeBlocks></PropertyGroup>
            </Project>
            """);
        Write(folder, "Safe.csproj", "", Compiler());
        DotnetRun.Dotnet(folder, "build").ShouldFailWith("ENC0015", "Tiny.efficientnet.json");
    }

    [Fact]
    public void A_web_application_does_not_publish_its_spec()
    {
        string folder = workshop.Folder("web");
        File.Copy(Path.Combine(Product.Sample("Console"), "Tiny.efficientnet.json"), Path.Combine(folder, "Tiny.efficientnet.json"));
        File.WriteAllText(Path.Combine(folder, "settings.json"), "{}");
        Write(folder, "Web.csproj", "", Compiler());
        Workshop.Edit(folder, "Web.csproj", "Microsoft.NET.Sdk", "Microsoft.NET.Sdk.Web");
        File.WriteAllText(Path.Combine(folder, "Program.cs"), "System.Console.WriteLine(Web.Tiny.Resolution);");
        DotnetRun.Dotnet(folder, "publish", "-o", "out").ShouldSucceed();
        Directory.GetFiles(Path.Combine(folder, "out"), "*.json").Select(Path.GetFileName).ShouldContain("settings.json");
        Directory.GetFiles(folder, "*.efficientnet.json", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).ShouldBe(["Tiny.efficientnet.json"]);
    }

    [Theory]
    [InlineData("vb")]
    [InlineData("fs")]
    public void A_project_of_another_language_is_told_so(string language)
    {
        string folder = workshop.Copy("Console", "other-" + language);
        File.Delete(Path.Combine(folder, "Console.csproj"));
        Write(folder, $"Other.{language}proj", "<DisableImplicitFSharpCoreReference>true</DisableImplicitFSharpCoreReference>", Compiler());
        DotnetRun.Dotnet(folder, "build").ShouldFailWith("ENC1001", "Tiny.efficientnet.json", "only C# projects run the generator");
    }

    private static string Compiler() => $"""<PackageReference Include="EfficientNet.Compiler" Version="{Product.Version}" />""";

    private static void Write(string folder, string name, string properties, string items) =>
        File.WriteAllText(Path.Combine(folder, name), string.Format(System.Globalization.CultureInfo.InvariantCulture, ProjectText, properties, items));
}
