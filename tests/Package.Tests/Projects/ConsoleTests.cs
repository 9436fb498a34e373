using EfficientNet.Package.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Package.Tests.Projects;

/// <summary>A console program, as a new user makes it.</summary>
public class ConsoleTests(Workshop workshop) : IClassFixture<Workshop>
{
    private const string Second = """{ "name": "Second", "resolution": 16, "classes": 2, "stages": [ { "kernel": 5, "stride": 1, "expansion": 1, "channels": 8, "repeats": 1 } ] }""";

    [Fact]
    public void Two_specs_in_the_strictest_and_plainest_of_projects()
    {
        string folder = workshop.Copy("Console", "strict");
        File.WriteAllText(Path.Combine(folder, "Second.efficientnet.json"), Second);
        // A copy of a spec in the build's own output is no second spec.
        Directory.CreateDirectory(Path.Combine(folder, "bin", "old"));
        File.WriteAllText(Path.Combine(folder, "bin", "old", "Tiny.efficientnet.json"), "{");
        File.WriteAllText(Path.Combine(folder, "Uses.cs"), "static class Uses { internal static int Second => Sample.Inner.Other.Classes; }");
        Workshop.Edit(folder, "Console.csproj", "</ItemGroup>", """
            <EfficientNetSpec Update="Tiny.efficientnet.json" InstructionSets="portable;avx2" />
            <EfficientNetSpec Update="Second.efficientnet.json" Namespace="Sample.Inner" ClassName="Other" Accessibility="internal" />
            </ItemGroup>
            <PropertyGroup>
              <Nullable>disable</Nullable>
              <ImplicitUsings>disable</ImplicitUsings>
              <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              <GenerateDocumentationFile>true</GenerateDocumentationFile>
              <LangVersion>10</LangVersion>
            </PropertyGroup>
            """);
        DotnetRun.Dotnet(folder, "build", "-c", "Release").ShouldSucceed();
        string weights = TinySample.WriteWeights(folder);
        DotnetRun.Dotnet(folder, Path.Combine("bin", "Release", "net10.0", "Console.dll"), weights, TinySample.Photo).ShouldSucceed()
            .Output.ShouldBe(TinySample.ExpectedLine(weights, Hardware.Best == InstructionSet.Portable ? InstructionSet.Portable : InstructionSet.Avx2));
    }

    [NativeFact]
    public void NativeAot_runs_avx2_kernels_without_being_told()
    {
        string folder = workshop.Copy("Console", "native");
        // The newest version whose native compiler is published everywhere we check.
        Workshop.Edit(folder, "Console.csproj", "net10.0", "net9.0");
        string weights = TinySample.WriteWeights(folder);
        DotnetRun publish = DotnetRun.Dotnet(
            folder, "publish", "-c", "Release", "-p:PublishAot=true", "-p:InvariantGlobalization=true", "-o", "out", NativeFactAttribute.Linker).ShouldSucceed();
        publish.Codes.ShouldBeEmpty(publish.Output);
        DotnetRun.Of(Path.Combine(folder, "out", "Console"), folder, weights, TinySample.Photo).ShouldSucceed()
            .Output.ShouldBe(TinySample.ExpectedLine(weights, InstructionSet.Avx2));
    }
}
