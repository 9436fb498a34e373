using System.Diagnostics;
using System.Globalization;
using EfficientNet.Benchmarks.Scorecard.Model;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>What the family costs who compiles all of it: its forward passes in a project with nothing else, and the command line, three of whose networks carry their backward pass.</summary>
internal sealed class FamilyCompile : IClauseGroup
{
    private const string Folder = "family";
    private const double GoalSeconds = 90;

    private const string Project =
        """
        <Project Sdk="Microsoft.NET.Sdk">
          <Import Project="../src/Generator/build/EfficientNet.Compiler.props" />
          <PropertyGroup>
            <TargetFramework>net10.0</TargetFramework>
            <AllowUnsafeBlocks>true</AllowUnsafeBlocks>
            <CompilesNetworks>true</CompilesNetworks>
            <RestorePackagesWithLockFile>false</RestorePackagesWithLockFile>
          </PropertyGroup>
          <ItemGroup>
            <AdditionalFiles Include="../specs/EfficientNet*.efficientnet.json" Namespace="Family" />
            <ProjectReference Include="../src/Runtime/EfficientNet.Runtime.csproj" />
            <ProjectReference Include="../src/Generator/EfficientNet.Compiler.csproj" OutputItemType="Analyzer" ReferenceOutputAssembly="false" />
          </ItemGroup>
        </Project>
        """;

    public string Name => "family-compile";

    public IEnumerable<Row> Measure(bool quick)
    {
        using var copy = new CleanCopy();
        Directory.CreateDirectory(Path.Combine(copy.Path, Folder));
        File.WriteAllText(Path.Combine(copy.Path, Folder, "family.csproj"), Project);
        copy.Dotnet("restore", Folder);
        copy.Dotnet("build", "src/Runtime", "--no-restore", "-c", "Release", "-f", "net10.0", "-v", "quiet", "--nologo");
        copy.Dotnet("build", "src/Generator", "--no-restore", "-c", "Release", "-v", "quiet", "--nologo");
        long start = Stopwatch.GetTimestamp();
        copy.Dotnet("build", Folder, "--no-restore", "--no-dependencies", "-c", "Release", "-v", "quiet", "--nologo");
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        yield return Row.Of(
            $"All {ShippedSpecs.Family.Count} networks of the family generated and compiled: dotnet build of a project with nothing else, its dependencies built before",
            string.Create(CultureInfo.InvariantCulture, $"{seconds:F0} s"),
            "≤ 90 s on 2 cores",
            seconds <= GoalSeconds);
        yield return Row.Of(
            $"The command line generated and compiled, {ShippedSpecs.Names.Count} networks, three of them with backward: dotnet build src/Cli, its dependencies built before",
            string.Create(CultureInfo.InvariantCulture, $"{CommandLineProgram.Instance.BuildSeconds:F0} s"));
    }
}
