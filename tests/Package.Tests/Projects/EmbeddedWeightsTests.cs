using System.Reflection;
using EfficientNet.Package.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Package.Tests.Projects;

/// <summary>Weight files that a build packs and embeds: what the program then is, what an incremental build does, and what is wrong with a file.</summary>
public class EmbeddedWeightsTests(Workshop workshop) : IClassFixture<Workshop>
{
    private const string Second = """{ "name": "Second", "namespace": "Inner", "resolution": 32, "classes": 3, "stages": [ { "kernel": 3, "stride": 2, "expansion": 2, "channels": 16, "repeats": 1 } ] }""";

    private static readonly WeightMetadata Said = new() { Labels = ["käse", "b", "c"], Preprocessing = Tiny.Description.Preprocessing with { Mean = [0.25f, 0.5f, 0.75f] } };

    [Fact]
    public void An_incremental_build_packs_what_changed_and_clean_takes_all_of_it_away()
    {
        string folder = Project("embedded", "net10.0", """Sample.Tiny.LoadEmbedded(), Inner.Second.LoadEmbedded(new NetworkOptions { InstructionSet = InstructionSet.Portable }), Sample.Tiny.Load("weights/tiny.safetensors")""");
        File.WriteAllText(Path.Combine(folder, "Second.efficientnet.json"), Second);
        Workshop.Edit(folder, "Console.csproj", "</ItemGroup>", """<EfficientNetSpec Update="Second.efficientnet.json" Weights="weights/tiny.safetensors" /></ItemGroup>""");
        Build(folder).Output.Split("EfficientNet: packing ").Length.ShouldBe(3);
        string tiny = Expected(folder);
        Run(folder).Output.ShouldBe($"{tiny}\n{Expected(folder, InstructionSet.Portable).Replace("Tiny", "Second")}\n{tiny}\n");
        Resources(folder).ShouldBe(["Inner.Second.packed", "Sample.Tiny.packed"], ignoreOrder: true);

        // Nothing changed; then something did, but an editor asks.
        DateTime packed = Packed(folder).Max(File.GetLastWriteTimeUtc);
        Build(folder).Output.ShouldNotContain("EfficientNet: packing ");
        WriteWeights(folder, Said with { Labels = ["other", "b", "c"] });
        Build(folder, "-p:DesignTimeBuild=true", "-p:SkipCompilerExecution=true", "-p:ProvideCommandLineArgs=true", "-t:Compile").Output.ShouldNotContain("EfficientNet: packing ");
        Packed(folder).Max(File.GetLastWriteTimeUtc).ShouldBe(packed);

        // The weights, which may be older than those before; later the class's name.
        File.SetLastWriteTimeUtc(Path.Combine(folder, "weights", "tiny.safetensors"), new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Build(folder).Output.ShouldContain("EfficientNet: packing ");
        Run(folder).Output.ShouldStartWith(tiny.Replace("käse", "other"));

        // A link to the same is nothing new, and what it leads to may change while it stays.
        string link = Path.Combine(folder, "weights", "tiny.safetensors"), real = Path.Combine(folder, "weights", "real.safetensors");
        File.Move(link, real);
        File.CreateSymbolicLink(link, real);
        Build(folder).Output.ShouldNotContain("EfficientNet: packing ");
        WriteWeights(folder, Said with { Labels = ["third", "b", "c"] });
        File.ResolveLinkTarget(link, returnFinalTarget: true)!.FullName.ShouldBe(real);
        File.SetLastWriteTimeUtc(real, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Build(folder).Output.ShouldContain("EfficientNet: packing ");
        Run(folder).Output.ShouldStartWith(tiny.Replace("käse", "third"));
        Workshop.Edit(folder, "Console.csproj", "Weights=\"weights/tiny.safetensors\" ClassName=\"Tiny\"", "Weights=\"weights/tiny.safetensors\" ClassName=\"Named\"");
        Workshop.Edit(folder, "Main.cs", "Sample.Tiny", "Sample.Named");
        Build(folder);
        Resources(folder).ShouldBe(["Inner.Second.packed", "Sample.Named.packed"], ignoreOrder: true);
        Run(folder).Output.ShouldStartWith(tiny.Replace("käse", "third").Replace("Tiny", "Named"));

        DotnetRun.Dotnet(folder, "clean").ShouldSucceed();
        Directory.GetFiles(Path.Combine(folder, "obj"), "weights.*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public void A_library_brings_its_weights_to_the_application_that_uses_it()
    {
        string library = Project("embedding library", "net10.0", null);
        Workshop.Edit(library, "Console.csproj", "<OutputType>Exe</OutputType>", "");
        // Its obj folder is an absolute path, and not below it.
        File.WriteAllText(Path.Combine(library, "Directory.Build.props"), """
            <Project>
              <Import Project="../Directory.Build.props" />
              <PropertyGroup><ArtifactsPath>$(MSBuildThisFileDirectory)../embedding artifacts</ArtifactsPath></PropertyGroup>
            </Project>
            """);
        string application = workshop.Folder("embedding application");
        File.WriteAllText(Path.Combine(application, "Application.csproj"), """
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework></PropertyGroup>
              <ItemGroup><ProjectReference Include="../embedding library/Console.csproj" /></ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(application, "Program.cs"), "System.Console.WriteLine(EfficientNet.Package.Tests.Support.NetworkLine.Of(Sample.Tiny.LoadEmbedded()));");
        DotnetRun.Dotnet(application, "build").ShouldSucceed();
        DotnetRun.Dotnet(application, Path.Combine("bin", "Debug", "net10.0", "Application.dll")).ShouldSucceed().Output.ShouldBe(Expected(library) + "\n");
    }

    [Fact]
    public void What_is_wrong_with_a_weight_file_is_an_error_of_the_build_at_that_file()
    {
        string folder = Project("wrong user's weights", "net10.0", "Sample.Tiny.LoadEmbedded()");
        string weights = Path.Combine(folder, "weights", "tiny.safetensors");
        File.Delete(weights);
        Failing("there is no such file");
        File.WriteAllText(weights, "no weights at all");
        Failing("not a safetensors file");
        SafetensorsWriter.Write(weights, [new SafetensorsTensor("features.0.0.weight", [1], new float[1])], null);
        Failing("does not fit Tiny (torchvision names): ", "tensors missing: ");
        WriteWeights(folder, Said with { Labels = ["one"] });
        Failing("its metadata efficientnet.labels names 1 class: Tiny has 3");

        // Weights that may be another network's are packed, and warned of by every build that embeds them.
        WriteWeights(folder, Said with { Padding = "same" });
        DotnetRun warned = Build(folder);
        warned.Codes.ShouldBe(["ENC1006"], warned.Output);
        DotnetRun again = Build(folder);
        again.Codes.ShouldBe(["ENC1006"], again.Output);
        again.Output.ShouldNotContain("EfficientNet: packing ");
        warned.Output.ShouldContain($"{weights} : warning ENC1006: these look like weights trained with same padding (the file's metadata), but Tiny was generated for symmetric padding");
        Run(folder);

        // A spec with errors is the compiler's to complain of, and of nothing else.
        Workshop.Edit(folder, "Tiny.efficientnet.json", "\"resolution\": 32", "\"resolution\": 0");
        string[] codes = DotnetRun.Dotnet(folder, "build").ShouldFailWith("ENC0008").Codes;
        codes.Where(code => code.StartsWith("ENC", StringComparison.Ordinal)).ShouldBe(["ENC0008"]);

        void Failing(params string[] reason)
        {
            DotnetRun run = DotnetRun.Dotnet(folder, "build").ShouldFailWith("ENC1007", [$"{weights} : error ENC1007: ", .. reason]);
            run.Codes.ShouldBe(["ENC1007"], run.Output);
        }
    }

    [Fact]
    public void A_program_that_cannot_be_run_is_said_to_be_so()
    {
        string folder = Project("no runtime", "net10.0", "Sample.Tiny.LoadEmbedded()");
        Workshop.Edit(folder, "Console.csproj", "<OutputType>", "<DOTNET_HOST_PATH>/nowhere/dotnet</DOTNET_HOST_PATH><OutputType>");
        DotnetRun.Dotnet(folder, "build").ShouldFailWith("ENC1008", "Tiny.efficientnet.json : error ENC1008: ", "could not be packed for this spec");
    }

    [NativeFact]
    public void Both_flavours_of_a_native_program_carry_the_weights()
    {
        string folder = Project("embedded native", "net9.0", "Sample.Tiny.LoadEmbedded()");
        DotnetRun publish = DotnetRun.Dotnet(
            folder, "publish", "-c", "Release", "-p:PublishAot=true", "-p:InvariantGlobalization=true", "-p:EfficientNetAotInstructionSet=both", "-o", "out", NativeFactAttribute.Linker).ShouldSucceed();
        publish.Codes.ShouldBeEmpty(publish.Output);
        string program = Path.Combine(folder, "out", "Console");
        string best = Expected(folder), avx2 = Expected(folder, InstructionSet.Avx2);
        foreach (string gone in (string[])["weights", "obj", "bin"]) Directory.Delete(Path.Combine(folder, gone), recursive: true);
        DotnetRun.Of(program, workshop.Root).ShouldSucceed().Output.ShouldBe(best + "\n");
        DotnetRun.Of(program + ".avx2", workshop.Root).ShouldSucceed().Output.ShouldBe(avx2 + "\n");
    }

    /// <summary>The sample's project with its weights embedded, in a program that says what it makes of the networks.</summary>
    private string Project(string name, string framework, string? networks)
    {
        string folder = workshop.Copy("Console", name);
        File.Delete(Path.Combine(folder, "Program.cs"));
        File.Copy(Path.Combine(Product.Repository, "tests", "Package.Tests", "Support", "NetworkLine.cs"), Path.Combine(folder, "NetworkLine.cs"));
        if (networks is not null)
        {
            File.WriteAllText(Path.Combine(folder, "Main.cs"), $$"""
                using EfficientNet.Package.Tests.Support;
                using EfficientNet.Runtime;

                foreach (CompiledNetwork network in new CompiledNetwork[] { {{networks}} }) System.Console.WriteLine(NetworkLine.Of(network));
                """);
        }

        Workshop.Edit(folder, "Console.csproj", "net10.0", framework);
        Workshop.Edit(folder, "Console.csproj", "</ItemGroup>", """
            <EfficientNetSpec Update="Tiny.efficientnet.json" Weights="weights/tiny.safetensors" ClassName="Tiny" />
            </ItemGroup>
            """);
        WriteWeights(folder, Said);
        return folder;
    }

    private static void WriteWeights(string folder, WeightMetadata said) =>
        TinySample.WriteWeights(Directory.CreateDirectory(Path.Combine(folder, "weights")).FullName, said.ToDictionary());

    /// <summary>The line of the same weights, loaded from their file into the network that this project compiled for itself.</summary>
    private static string Expected(string folder, InstructionSet? instructionSet = null) =>
        NetworkLine.Of(Tiny.Load(Path.Combine(folder, "weights", "tiny.safetensors"), new NetworkOptions { InstructionSet = instructionSet }));

    private static DotnetRun Build(string folder, params string[] arguments) => DotnetRun.Dotnet(folder, ["build", .. arguments]).ShouldSucceed();

    private static DotnetRun Run(string folder) => DotnetRun.Dotnet(folder, Assembly(folder)).ShouldSucceed();

    private static string Assembly(string folder) => Path.Combine(folder, "bin", "Debug", "net10.0", "Console.dll");

    private static string[] Packed(string folder) => Directory.GetFiles(Path.Combine(folder, "obj"), "weights.packed", SearchOption.AllDirectories);

    private static string[] Resources(string folder) => System.Reflection.Assembly.Load(File.ReadAllBytes(Assembly(folder))).GetManifestResourceNames();
}
