using System.Diagnostics;

namespace EfficientNet.Benchmarks.Scorecard.Model;

/// <summary>A project with networks and nothing else, in a fresh clone. The analyzers are those of a project of a user's own: this repository's rules of style are not asked.</summary>
internal static class NetworkProject
{
    private const string Folder = "networks";

    /// <summary>How long <c>dotnet build</c> takes to generate and compile it, its dependencies built before.</summary>
    /// <param name="specs">The specs' names, with MSBuild's wildcards.</param>
    /// <param name="training">Whether the networks carry their backward pass.</param>
    /// <exception cref="InvalidOperationException">It does not build.</exception>
    public static double BuildSeconds(string specs, bool training = false)
    {
        using var copy = new CleanCopy();
        Directory.CreateDirectory(Path.Combine(copy.Path, Folder));
        File.WriteAllText(Path.Combine(copy.Path, Folder, "networks.csproj"), Text(specs, training));
        copy.Dotnet("restore", Folder);
        copy.Dotnet("build", "src/Runtime", "--no-restore", "-c", "Release", "-f", "net10.0", "-v", "quiet", "--nologo");
        copy.Dotnet("build", "src/Generator", "--no-restore", "-c", "Release", "-v", "quiet", "--nologo");
        long start = Stopwatch.GetTimestamp();
        copy.Dotnet("build", Folder, "--no-restore", "--no-dependencies", "-c", "Release", "-v", "quiet", "--nologo");
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static string Text(string specs, bool training) =>
        $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <Import Project="../src/Generator/build/EfficientNet.Compiler.props" />
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <AllowUnsafeBlocks>true</AllowUnsafeBlocks>
            <CompilesNetworks>true</CompilesNetworks>
            <EnforceCodeStyleInBuild>false</EnforceCodeStyleInBuild>
            <RestorePackagesWithLockFile>false</RestorePackagesWithLockFile>
          </PropertyGroup>
          <ItemGroup>
            <AdditionalFiles Include="../specs/{specs}.efficientnet.json" Namespace="Networks" Training="{(training ? "true" : "")}" />
            <ProjectReference Include="../src/Runtime/EfficientNet.Runtime.csproj" />
            <ProjectReference Include="../src/Generator/EfficientNet.Compiler.csproj" OutputItemType="Analyzer" ReferenceOutputAssembly="false" />
          </ItemGroup>
        </Project>
        """;
}
