using System.Xml.Linq;
using EfficientNet.Compiler.Diagnostics;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Compiler.Tests.Support;
using EfficientNet.Testing;
using Microsoft.CodeAnalysis;

namespace EfficientNet.Compiler.Tests.Parsing;

/// <summary>What a project file says of its specs.</summary>
public class ProjectOptionTests
{
    [Fact]
    public void A_class_is_public_and_of_the_specs_name_unless_the_project_says_otherwise()
    {
        Surface([], []).ShouldContain("public sealed unsafe partial class One :");
        Surface([], new() { ["EfficientNetAccessibility"] = "internal" }).ShouldContain("internal sealed unsafe partial class One :");
        Surface(new() { ["Accessibility"] = "public" }, new() { ["EfficientNetAccessibility"] = "internal" }).ShouldContain("public sealed unsafe");
        Surface(new() { ["ClassName"] = "Other", ["Namespace"] = "Some.Where" }, []).ShouldContain("namespace Some.Where;");
        Surface(new() { ["ClassName"] = "Other" }, []).ShouldContain("public sealed unsafe partial class Other :");
    }

    [Fact]
    public void A_class_carries_all_kernels_unless_the_project_names_some()
    {
        string[] families = ["Avx512", "Avx2", "Portable"];
        Carried([], []).ShouldBe(families);
        Carried([], new() { ["EfficientNetInstructionSets"] = "avx2" }).ShouldBe(["Avx2"]);
        Carried(new() { ["InstructionSets"] = " portable , avx512,avx512" }, new() { ["EfficientNetInstructionSets"] = "avx2" }).ShouldBe(["Avx512", "Portable"]);

        string[] Carried(Dictionary<string, string> metadata, Dictionary<string, string> properties)
        {
            GeneratorRun run = Run(metadata, properties);
            string[] carried = [.. families.Where(family => run.Files.Any(file => file.Name.Contains($".{family}.")))];
            foreach (string family in families) run.File("One.Dispatch.g.cs").Contains($"{family}Kernels.Forward(").ShouldBe(carried.Contains(family), family);
            string description = run.File("One.Description.g.cs");
            if (carried.Length == families.Length) description.ShouldNotContain("InstructionSets =");
            else description.ShouldContain($"InstructionSets = new InstructionSet[] {{ {string.Join(", ", carried.Select(family => "InstructionSet." + family))} }},");
            return carried;
        }
    }

    [Fact]
    public void A_project_decides_whether_a_network_can_be_trained()
    {
        Trains([], []).ShouldBeFalse();
        Trains([], new() { ["EfficientNetTraining"] = "True" }).ShouldBeTrue();
        Trains(new() { ["Training"] = "false" }, new() { ["EfficientNetTraining"] = "true" }).ShouldBeFalse();
        Trains(new() { ["Training"] = "true" }, []).ShouldBeTrue();

        static bool Trains(Dictionary<string, string> metadata, Dictionary<string, string> properties) =>
            Run(metadata, properties).Files.Any(file => file.Name.EndsWith("One.Training.g.cs", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, "Avx512", "Avx2")]
    [InlineData("avx2,portable", "Avx2", "Portable")]
    [InlineData("portable", "Portable")]
    public void A_training_step_has_portable_kernels_only_where_the_project_names_them(string? named, params string[] families)
    {
        GeneratorRun run = Run(named is null ? new() { ["Training"] = "true" } : new() { ["Training"] = "true", ["InstructionSets"] = named }, []);
        string[] carried = [.. new[] { "Avx512", "Avx2", "Portable" }.Where(family => run.Files.Any(file => file.Name.Contains($".{family}.Training.")))];
        carried.ShouldBe(families);
        run.File("One.Training.g.cs").ShouldContain($"InstructionSets = new InstructionSet[] {{ {string.Join(", ", families.Select(family => "InstructionSet." + family))} }},");
        foreach (string family in new[] { "Avx512", "Avx2", "Portable" })
        {
            run.File("One.Dispatch.g.cs").Contains($"{family}Kernels.Training.TrainingStep(").ShouldBe(families.Contains(family), family);
        }
    }

    [Fact]
    public void A_network_checks_its_memory_only_where_the_project_says_so()
    {
        Checks([], []).ShouldBeFalse();
        Checks([], new() { ["EfficientNetChecked"] = "True" }).ShouldBeTrue();
        Checks(new() { ["Checked"] = "false" }, new() { ["EfficientNetChecked"] = "true" }).ShouldBeFalse();
        Checks(new() { ["Checked"] = "true", ["Training"] = "true" }, []).ShouldBeTrue();

        static bool Checks(Dictionary<string, string> metadata, Dictionary<string, string> properties)
        {
            GeneratorRun run = Run(metadata, properties);
            string forward = run.File("One.Avx2.Forward.g.cs");
            bool checks = run.Files.Any(file => file.Name.EndsWith("One.Checks.g.cs", StringComparison.Ordinal));
            Count(forward, "ForwardCheck.Check(in frame").ShouldBe(checks ? Count(forward, "frame.Meet(") : 0);
            if (!checks) string.Concat(run.Files.Select(file => file.Text)).ShouldNotMatch("(Memory|Forward|Training)Check");
            if (!metadata.ContainsKey("Training")) return checks;
            string step = run.File("One.Training.Schedule.g.cs");
            Count(step, "TrainingCheck.Check(in frame").ShouldBe(checks ? Count(step, "frame.Barrier.Wait()") : 0);
            return checks;
        }

        static int Count(string text, string part) => text.Split(part).Length - 1;
    }

    [Fact]
    public void A_network_whose_weights_the_build_embeds_has_a_way_to_load_them()
    {
        Surface([], []).ShouldNotContain("LoadEmbedded");
        Surface(new() { ["Weights"] = " " }, []).ShouldNotContain("LoadEmbedded");
        Surface(new() { ["Weights"] = "one.safetensors", ["ClassName"] = "Other", ["Namespace"] = "Some.Where" }, []).ShouldContain("""
                public static Other LoadEmbedded(NetworkOptions? options = null)
                {
                    return new(PackedWeightsFile.LoadEmbedded(Description, typeof(Other).Assembly, "Some.Where.Other.packed", options), options ?? NetworkOptions.Default);
                }
            """);
    }

    [Fact]
    public void What_cannot_be_is_said_at_the_specs_head()
    {
        Messages(new() { ["ClassName"] = "class" }).ShouldBe(["(1,1): ENC0010: The ClassName 'class' cannot be used in C#: it is a C# keyword"]);
        Messages(new() { ["Accessibility"] = "private" })
            .ShouldBe(["(1,1): ENC0009: 'Accessibility' cannot be 'private': expected 'public' or 'internal'"]);
        Messages(new() { ["InstructionSets"] = "avx2,sse" })
            .ShouldBe(["(1,1): ENC0009: 'InstructionSets' cannot be 'sse': expected words of 'avx512,avx2,portable'"]);
        Messages(new() { ["Checked"] = "yes" }).ShouldBe(["(1,1): ENC0009: 'Checked' cannot be 'yes': expected 'true' or 'false'"]);
        Messages(new() { ["Training"] = "yes" }).ShouldBe(["(1,1): ENC0009: 'Training' cannot be 'yes': expected 'true' or 'false'"]);
    }

    [Fact]
    public void What_a_project_says_is_part_of_the_canonical_spec()
    {
        string text = SmallNets.Text("One");
        SpecDefaults standard = SpecDefaults.Standard;
        Hash(standard with { Accessibility = "public", InstructionSets = "portable,avx2,avx512" }).ShouldBe(Hash(standard));
        Hash(standard with { Accessibility = "internal" }).ShouldNotBe(Hash(standard));
        Hash(standard with { InstructionSets = "avx2" }).ShouldNotBe(Hash(standard));
        Hash(standard with { EmbedsWeights = true }).ShouldNotBe(Hash(standard));
        Hash(standard with { Checked = "false" }).ShouldBe(Hash(standard));
        Hash(standard with { Checked = "true" }).ShouldNotBe(Hash(standard));

        string Hash(SpecDefaults defaults) => CanonicalSpec.Hash(SpecParser.Parse("One.efficientnet.json", text, defaults).Spec!);
    }

    [Fact]
    public void The_table_of_options_names_what_the_build_files_know_and_nothing_else()
    {
        XElement props = XElement.Parse(Repository.Read("src", "Generator", "build", "EfficientNet.Compiler.props"));
        string targets = Repository.Read("src", "Generator", "build", "EfficientNet.Compiler.targets");
        string[][] rows = Repository.Read("docs", "options.md").Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray())
            .Skip(1).ToArray();

        string[] properties = Named(rows.Select(row => row[0]));
        string[] metadata = Named(rows.Select(row => row[1]));
        metadata.ShouldBe(Values(props, "CompilerVisibleItemMetadata", "MetadataName"), ignoreOrder: true);
        string[] visible = Values(props, "CompilerVisibleProperty", "Include");
        visible.Except(properties).ShouldBeEmpty();
        foreach (string property in properties.Except(visible)) $"{props}{targets}".ShouldContain($"$({property})");
        foreach (string metadatum in metadata) rows.Single(row => row[1] == $"`{metadatum}`")[2].ShouldNotBeEmpty();
    }

    private static string[] Named(IEnumerable<string> cells) => cells.Where(cell => cell.StartsWith('`')).Select(cell => cell.Trim('`')).ToArray();

    private static string[] Values(XElement props, string item, string attribute) => props.Descendants(item).Select(element => element.Attribute(attribute)!.Value).ToArray();

    private static string Surface(Dictionary<string, string> metadata, Dictionary<string, string> properties) =>
        Run(metadata, properties).File($"{metadata.GetValueOrDefault("ClassName", "One")}.g.cs");

    private static GeneratorRun Run(Dictionary<string, string> metadata, Dictionary<string, string> properties)
    {
        GeneratorRun run = new GeneratorProject(properties).Add(new SpecFile("/One.efficientnet.json", SmallNets.Text("One"), metadata)).Run();
        run.Diagnostics.ShouldBeEmpty();
        return run;
    }

    private static string[] Messages(Dictionary<string, string> metadata)
    {
        GeneratorRun run = new GeneratorProject().Add(new SpecFile("/One.efficientnet.json", SmallNets.Text("One"), metadata)).Run();
        run.Files.ShouldBeEmpty();
        return [.. run.Diagnostics.Select(diagnostic =>
        {
            FileLinePositionSpan place = diagnostic.Location.GetLineSpan();
            return $"({place.StartLinePosition.Line + 1},{place.StartLinePosition.Character + 1}): {diagnostic.Id}: {diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}";
        })];
    }
}
