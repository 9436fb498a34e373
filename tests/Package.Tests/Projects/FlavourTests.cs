using System.Runtime.Intrinsics.X86;
using EfficientNet.Launcher;
using EfficientNet.Package.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Package.Tests.Projects;

/// <summary>Two flavours of a NativeAOT program behind a launcher: what it decides for any processor, and all of it on this one.</summary>
public class FlavourTests(Workshop workshop) : IClassFixture<Workshop>
{
    private const string Haswell = "fpu sse4_2 fma movbe popcnt avx f16c abm bmi1 avx2 bmi2 erms";

    private const string SkylakeServer = Haswell + " avx512f avx512dq avx512cd avx512bw avx512vl";

    [Theory]
    [InlineData(SkylakeServer, null, "avx512", "avx2")]
    [InlineData(SkylakeServer, "avx2", "avx2")]
    [InlineData(SkylakeServer, "portable", "avx2")]
    [InlineData(Haswell, "", "avx2")]
    [InlineData(Haswell, " AVX512", "avx512")]
    [InlineData(Haswell + " avx512f avx512cd avx512er avx512pf", null, "avx2")]
    [InlineData("fpu sse4_2 popcnt avx", null)]
    public void The_launcher_goes_by_what_the_system_reports(string flags, string? forced, params string[] expected) =>
        Flavours.InOrder(Flavours.OfLinux($"processor\t: 0\nflags\t\t: {flags}\nbugs\t\t:\n\nprocessor\t: 1\nflags\t\t: none\n"), forced).ShouldBe(expected);

    [Fact]
    public void A_processor_that_can_run_neither_is_told_what_it_lacks() =>
        Flavours.Refusal("MyApp", Flavours.OfLinux("flags : avx bmi1 bmi2 f16c abm movbe\n"))
            .ShouldBe("MyApp needs a processor with AVX2 and FMA (x86-64-v3): there is no avx2, fma.");

    [Fact]
    public void What_works_on_general_registers_is_asked_of_the_processor()
    {
        string[] features = ProcessorFeatures.OnGeneralRegisters();
        features.Contains("abm").ShouldBe(Lzcnt.IsSupported);
        features.Contains("bmi1").ShouldBe(Bmi1.IsSupported);
        features.Contains("bmi2").ShouldBe(Bmi2.IsSupported);
    }

    [NativeFact]
    public void One_folder_runs_the_flavour_of_its_processor()
    {
        string folder = workshop.Copy("Console", "flavours");
        Workshop.Edit(folder, "Console.csproj", "net10.0", "net9.0");
        Workshop.Edit(folder, "Console.csproj", "</PropertyGroup>", $"{Deployment()}</PropertyGroup>");
        string weights = TinySample.WriteWeights(folder);
        // The second time, as after a change: nothing of the first may be mistaken for the program.
        for (int i = 0; i < 2; i++)
        {
            DotnetRun publish = DotnetRun.Dotnet(folder, "publish", "-c", "Release", "-o", "out", NativeFactAttribute.Linker).ShouldSucceed();
            publish.Codes.ShouldBeEmpty(publish.Output);
        }

        string output = Path.Combine(folder, "out");
        string launcher = Path.Combine(output, "Console");
        new FileInfo(launcher).Length.ShouldBeLessThan(2_000_000);
        bool avx512 = Hardware.Best == InstructionSet.Avx512;
        DotnetRun.Of(launcher, folder, weights, TinySample.Photo).ShouldSucceed().Output.ShouldBe(TinySample.ExpectedLine(weights, Hardware.Best));
        // Where this processor has no AVX-512, .NET itself ends that flavour with its line: it was compiled for it.
        DotnetRun forced = DotnetRun.Of(launcher + ".avx512", folder, weights, TinySample.Photo);
        (forced.ExitCode == 0).ShouldBe(avx512, forced.Output + forced.Errors);
        if (!avx512) forced.Errors.Trim().Split('\n').Length.ShouldBe(1, forced.Errors);

        // It falls back, passes exit codes on, and says what it has not.
        File.Delete(launcher + ".avx512");
        DotnetRun.Of(launcher, folder, weights, TinySample.Photo).ShouldSucceed().Output.ShouldBe(TinySample.ExpectedLine(weights, InstructionSet.Avx2));
        DotnetRun.Of(launcher, folder, "missing.safetensors", TinySample.Photo).ExitCode.ShouldBe(DotnetRun.Of(launcher + ".avx2", folder, "missing.safetensors", TinySample.Photo).ExitCode);
        File.Delete(launcher + ".avx2");
        DotnetRun empty = DotnetRun.Of(launcher, folder);
        empty.ExitCode.ShouldBe(1);
        empty.Errors.ShouldStartWith("Console has nothing to start: expected ");
    }

    /// <summary>The properties as the documentation gives them.</summary>
    private static string Deployment()
    {
        string page = File.ReadAllText(Path.Combine(Product.Repository, "docs", "deployment.md"));
        string section = page[page.IndexOf("### Both in one folder", StringComparison.Ordinal)..];
        return section.Split("```xml\n")[1].Split("```")[0];
    }
}
