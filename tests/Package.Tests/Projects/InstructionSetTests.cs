using System.Text.RegularExpressions;
using EfficientNet.Package.Tests.Support;

namespace EfficientNet.Package.Tests.Projects;

/// <summary>What the targets tell the native compiler, asked of MSBuild without publishing.</summary>
public class InstructionSetTests(Workshop workshop) : IClassFixture<Workshop>
{
    [Fact]
    public void The_set_is_spelled_as_the_compilers_version_wants_it()
    {
        (string Properties, string Expected)[] cases =
        [
            ("TargetFrameworkVersion=v9.0", "x86-x64-v3"),
            ("TargetFrameworkVersion=v10.0", "x86-64-v3"),
            ("TargetFrameworkVersion=v9.0;EfficientNetAotInstructionSet=avx512", "x86-x64-v4"),
            ("TargetFrameworkVersion=v10.0;EfficientNetAotInstructionSet=avx512", "x86-64-v4"),
            ("EfficientNetAotInstructionSet=both", "x86-64-v3"),
            ("EfficientNetInstructionSets=avx512", "x86-64-v4"),
            ("EfficientNetInstructionSets=avx512%2cportable", "x86-64-v4"),
            ("EfficientNetInstructionSets=avx512%2cavx2", "x86-64-v3"),
            ("OneSet=avx512;OtherSet=avx512", "x86-64-v4"),
            ("OneSet=avx512;OtherSet=avx2", "x86-64-v3"),
            ("OneSet=avx512", "x86-64-v3"),
            ("OneSet=avx512;EfficientNetInstructionSets=avx512", "x86-64-v4"),
            ("OneSet=avx2;OtherSet=avx2;EfficientNetInstructionSets=avx512", "x86-64-v3"),
            ("Plain=yes", "x86-64-v3"),
            ("Plain=yes;EfficientNetInstructionSets=avx512", "x86-64-v4"),
            ("Plain=yes;OneSet=avx512;OtherSet=avx512", "x86-64-v3"),
            ("EfficientNetAotInstructionSet=portable", ""),
            ("IlcInstructionSet=avx2", "avx2"),
            ("RuntimeIdentifier=linux-arm64", ""),
            ("PublishAot=false", ""),
        ];
        DotnetRun run = Ask("spelling", cases.Select(one => one.Properties)).ShouldSucceed();
        run.Codes.ShouldBeEmpty(run.Output);
        Regex.Matches(run.Output, @"chosen \[(.*)\]").Select(match => match.Groups[1].Value).ShouldBe(cases.Select(one => one.Expected));
    }

    [Fact]
    public void A_program_for_arm64_carries_portable_kernels_alone_unless_the_project_says_otherwise()
    {
        (string Properties, string Expected)[] cases =
        [
            ("RuntimeIdentifier=linux-arm64", "portable"),
            ("RuntimeIdentifier=osx-arm64;EfficientNetInstructionSets=portable%2cavx2", "portable,avx2"),
            ("RuntimeIdentifier=win-x64", ""),
            ("RuntimeIdentifier=", ""),
        ];
        DotnetRun run = Ask("carried", cases.Select(one => one.Properties)).ShouldSucceed();
        Regex.Matches(run.Output, @"carried \[(.*)\]").Select(match => match.Groups[1].Value).ShouldBe(cases.Select(one => one.Expected));
    }

    [Fact]
    public void A_set_of_the_users_own_that_leaves_the_fast_kernels_out_is_warned_of()
    {
        string[] slow = ["x86-64-v2", "sse4.2,popcnt"];
        string[] fast = ["x86-x64-v3", "x86-64-v4", "avx512f,avx512f_vl,avx512bw,avx512cd,avx512dq", "native"];
        DotnetRun run = Ask("warning", slow.Concat(fast).Select(set => $"IlcInstructionSet={set.Replace(",", "%2c")}")).ShouldSucceed();
        run.Codes.ShouldBe(["ENC1004"]);
        Regex.Matches(run.Output, "ENC1004: IlcInstructionSet is '(.*?)'").Select(match => match.Groups[1].Value).Distinct().ShouldBe(slow);
    }

    [Fact]
    public void An_unknown_word_is_an_error() =>
        Ask("word", ["EfficientNetAotInstructionSet=avx1"]).ShouldFailWith("ENC1003", "'avx1'. Expected avx2, avx512, portable or both.");

    [Fact]
    public void Two_flavours_of_one_set_are_an_error() =>
        Ask("both", ["EfficientNetAotInstructionSet=both;IlcInstructionSet=avx2"]).ShouldFailWith("ENC1005", "IlcInstructionSet is 'avx2'");

    [Fact]
    public void What_is_said_of_a_spec_holds_where_it_is_an_additional_file_too()
    {
        DotnetRun run = Ask("additional", ["Plain=yes", "Plain=yes;OneSet=avx2"]).ShouldSucceed();
        Regex.Matches(run.Output, @"handed \[(.*)\]").Select(match => match.Groups[1].Value).ShouldBe(["plain.efficientnet , one.efficientnet ", "plain.efficientnet , one.efficientnet avx2, other.efficientnet "]);
    }

    /// <summary>What the compiler is handed ends at a number sign or a semicolon, and with its first line.</summary>
    [Fact]
    public void Names_and_lists_are_handed_over_whole()
    {
        (string Properties, string Namespace, string Sets)[] cases =
        [
            ("RootNamespace=C#Demo", "C_Demo", ""),
            ("RootNamespace=My.App;Networks=Acme", "Acme", ""),
            ("RootNamespace=My.App;Networks=Acme.C#", "Acme.C_", ""),
            ("RootNamespace=My.App;Sets=%0a  avx512%3b%0a  avx2, portable%0a", "", "avx512,avx2,portable"),
        ];
        DotnetRun run = Ask("names", cases.Select(one => one.Properties)).ShouldSucceed();
        Regex.Matches(run.Output, @"named \[(.*)\]").Select(match => match.Groups[1].Value).ShouldBe(cases.Select(one => one.Namespace));
        Regex.Matches(run.Output, @"carried \[(.*)\]").Select(match => match.Groups[1].Value).ShouldBe(cases.Select(one => one.Sets));
        DotnetRun items = Ask("items", ["OneSet=avx2;OneNamespace=Acme.C#"]).ShouldSucceed();
        items.Output.ShouldContain("spaces [Acme.C_, ]");
    }

    /// <summary>Runs the target in a project that has nothing but it, once for each set of properties, all in one process.</summary>
    private DotnetRun Ask(string name, IEnumerable<string> cases)
    {
        string folder = workshop.Folder("ask-" + name);
        string targets = Path.Combine(Product.Repository, "src", "Generator", "build", "EfficientNet.Compiler.targets");
        string calls = string.Join('\n', cases.Select(properties =>
            $"""<MSBuild Projects="$(MSBuildProjectFullPath)" Targets="WriteIlcRspFileForCompilation" Properties="PublishAot=true;RuntimeIdentifier=linux-x64;TargetFrameworkVersion=v10.0;{properties}" />"""));
        File.WriteAllText(Path.Combine(folder, "Ask.proj"), $"""
            <Project>
              <ItemGroup Condition="'$(Plain)' != ''">
                <AdditionalFiles Include="plain.efficientnet.json" />
                <AdditionalFiles Include="one.efficientnet.json" />
              </ItemGroup>
              <ItemGroup Condition="'$(OneSet)' != ''">
                <EfficientNetSpec Include="one.efficientnet.json" InstructionSets="$(OneSet)" Namespace="$(OneNamespace)" />
                <EfficientNetSpec Include="other.efficientnet.json" InstructionSets="$(OtherSet)" />
              </ItemGroup>
              <PropertyGroup>
                <EfficientNetNamespace Condition="'$(Networks)' != ''">$(Networks)</EfficientNetNamespace>
                <EfficientNetInstructionSets Condition="'$(Sets)' != ''">$(Sets)</EfficientNetInstructionSets>
              </PropertyGroup>
              <Import Project="{targets}" />
              <Target Name="WriteIlcRspFileForCompilation">
                <Message Importance="high" Text="chosen [$(IlcInstructionSet)]" />
                <Message Importance="high" Text="handed [@(AdditionalFiles->'%(Filename) %(InstructionSets)', ', ')]" />
                <Message Importance="high" Text="named [$(EfficientNetNamespace)]" />
                <Message Importance="high" Text="spaces [@(EfficientNetSpec->'%(Namespace)', ', ')]" />
                <Message Importance="high" Text="carried [$(EfficientNetInstructionSets)]" />
              </Target>
              <Target Name="All">
                {calls}
              </Target>
            </Project>
            """);
        return DotnetRun.Dotnet(folder, "msbuild", "Ask.proj", "-nologo", "-v:m", "-t:All");
    }
}
