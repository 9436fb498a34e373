using System.Globalization;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Scorecard.Model;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>The smallest program that runs a network, with NativeAOT: what one network and the runtime weigh.</summary>
internal sealed class OneNetworkAot : IClauseGroup
{
    private const string Clause = "An AOT program with EfficientNetB0 alone, which loads its weights from a file";
    private const string Goal = "≤ 5 MB";
    private const string Spec = "EfficientNetB0.efficientnet.json";

    private const string Main =
        """
        using Alone;

        using var network = EfficientNetB0.Load(args[0]);
        using var session = network.CreateSession();
        var logits = new float[EfficientNetB0.Classes];
        session.Forward(new float[3 * EfficientNetB0.Resolution * EfficientNetB0.Resolution], logits);
        System.Console.WriteLine(System.Linq.Enumerable.Max(logits) > float.NegativeInfinity ? "ran" : "did not run");
        """;

    public string Name => "one-network";

    public IEnumerable<Row> Measure(bool quick)
    {
        // Outside the repository, whose settings are not everyone's.
        DirectoryInfo folder = Directory.CreateTempSubdirectory("efficientnet-alone-");
        try
        {
            string project = Path.Combine(folder.FullName, "alone.csproj"), published = Path.Combine(folder.FullName, "published");
            File.WriteAllText(project, Project());
            File.WriteAllText(Path.Combine(folder.FullName, "Program.cs"), Main);
            File.Copy(Folders.InRepository("specs", Spec), Path.Combine(folder.FullName, Spec));
            if (!Command.TryRun(
                "dotnet",
                ["publish", project, "-c", "Release", "-o", published, $"-p:ArtifactsPath={Path.Combine(folder.FullName, "artifacts")}", "-p:UseArtifactsOutput=true", "-nodeReuse:false", "--nologo"],
                out string output))
                return [Row.Failed(Clause, Goal, "publishing fails: " + Command.Tail(output))];

            string program = Path.Combine(published, OperatingSystem.IsWindows() ? "alone.exe" : "alone");
            using var weights = new ReferenceWeights("torchvision/b0");
            if (!Command.TryRun(program, [weights.Path], out output) || output != "ran")
                return [Row.Failed(Clause, Goal, "the program fails: " + Command.Tail(output))];

            double megabytes = new FileInfo(program).Length / 1e6;
            return [Row.Of(Clause, string.Create(CultureInfo.InvariantCulture, $"{megabytes:F2} MB"), Goal, megabytes <= 5)];
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Project() =>
        $"""
        <Project Sdk="Microsoft.NET.Sdk">
          <Import Project="{Folders.InRepository("src", "Generator", "build", "EfficientNet.Compiler.props")}" />
          <PropertyGroup>
            <OutputType>Exe</OutputType>
            <TargetFramework>net9.0</TargetFramework>
            <RootNamespace>Alone</RootNamespace>
            <AllowUnsafeBlocks>true</AllowUnsafeBlocks>
            <CheckEolTargetFramework>false</CheckEolTargetFramework>
            <PublishAot>true</PublishAot>
            <OptimizationPreference>Speed</OptimizationPreference>
            <IlcInstructionSet>native</IlcInstructionSet>
            <InvariantGlobalization>true</InvariantGlobalization>
          </PropertyGroup>
          <ItemGroup>
            <ProjectReference Include="{Folders.InRepository("src", "Runtime", "EfficientNet.Runtime.csproj")}" />
            <ProjectReference Include="{Folders.InRepository("src", "Generator", "EfficientNet.Compiler.csproj")}" OutputItemType="Analyzer" ReferenceOutputAssembly="false" />
          </ItemGroup>
          <Import Project="{Folders.InRepository("src", "Generator", "build", "EfficientNet.Compiler.targets")}" />
        </Project>
        """;
}
