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
