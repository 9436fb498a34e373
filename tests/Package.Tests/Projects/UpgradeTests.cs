using EfficientNet.Package.Tests.Support;

namespace EfficientNet.Package.Tests.Projects;

/// <summary>A program that goes from one version of the packages to the next.</summary>
public class UpgradeTests(Workshop workshop) : IClassFixture<Workshop>
{
    [Fact]
    public void The_next_incremental_build_takes_an_upgrade_up_and_two_versions_together_are_refused()
    {
        string next = NextRelease.Pack(workshop.Folder("release"), workshop.Next);
        string folder = workshop.Folder("upgrade");
        File.Copy(Path.Combine(Product.Sample("Console"), "Tiny.efficientnet.json"), Path.Combine(folder, "Tiny.efficientnet.json"));
        File.WriteAllText(Path.Combine(folder, "Program.cs"), "System.Console.Write(Upgrade.Tiny.Description.CompilerVersion);");
        Refer(folder, compiler: Product.Version);
        BuiltWith(folder).ShouldStartWith(Product.Version);

        Refer(folder, compiler: next);
        BuiltWith(folder).ShouldStartWith(next);

        Refer(folder, compiler: Product.Version, runtime: next);
        DotnetRun.Dotnet(folder, "build").ShouldFailWith(
            "ENC0020", "Tiny.efficientnet.json(2,11)", $"EfficientNet.Compiler is {Product.Version}.0 and EfficientNet.Runtime is {next}.0: expected the same version");
    }

    private static void Refer(string folder, string compiler, string? runtime = null) => File.WriteAllText(Path.Combine(folder, "Upgrade.csproj"), $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net10.0</TargetFramework>
          </PropertyGroup>
          <ItemGroup>
            <PackageReference Include="EfficientNet.Compiler" Version="{compiler}" />
            {(runtime is null ? "" : $"""<PackageReference Include="EfficientNet.Runtime" Version="{runtime}" />""")}
          </ItemGroup>
        </Project>
        """);

    /// <summary>Builds on what the last build left, and asks the program which compiler made its network.</summary>
    private static string BuiltWith(string folder)
    {
        DotnetRun.Dotnet(folder, "build").ShouldSucceed();
        return DotnetRun.Dotnet(folder, Path.Combine("bin", "Debug", "net10.0", "Upgrade.dll")).ShouldSucceed().Output;
    }
}
