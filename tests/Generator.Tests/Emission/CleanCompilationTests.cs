using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Pipeline;
using EfficientNet.Compiler.Tests.Emission.Support;
using EfficientNet.Compiler.Tests.Graph;
using EfficientNet.Compiler.Tests.Support;
using Microsoft.CodeAnalysis.CSharp;

namespace EfficientNet.Compiler.Tests.Emission;

/// <summary>Generated code compiles with nullable on, documentation checked and every warning an error.</summary>
public class CleanCompilationTests
{
    /// <summary>One network for each way in which the code can differ: padding, activation, squeeze, head, BatchNorm, maps of one position, fused blocks.</summary>
    internal static readonly string[] Odd =
    [
        """{"name": "Relu", "activation": "relu", "padding": "same", "resolution": 33, "classes": 1, "stages": [{ "kernel": 3, "stride": 2, "expansion": 3, "channels": 20, "repeats": 2 }]}""",
        """{"name": "HardSwish", "activation": "hardswish", "resolution": 47, "classes": 17, "stages": [{ "kernel": 5, "stride": 2, "expansion": 1, "channels": 24, "repeats": 2, "squeezeExcite": 0.5 }]}""",
        """{"name": "Seven", "resolution": 8, "classes": 16, "stages": [{ "kernel": 7, "stride": 2, "expansion": 2, "channels": 12, "repeats": 1 }, { "kernel": 9, "stride": 2, "expansion": 2, "channels": 40, "repeats": 2 }]}""",
        """{"name": "One", "resolution": 1, "classes": 3, "labels": ["\"\\", "\u2028\u0085\u0000\r\n", "\ud83d\ude00 {0}"], "stages": [{ "kernel": 3, "stride": 1, "expansion": 6, "channels": 8, "repeats": 2 }]}""",
        """{"name": "headless", "resolution": 20, "classes": 33, "head": {"rule": "none"}, "stages": [{ "kernel": 1, "stride": 1, "expansion": 2, "channels": 130, "repeats": 2, "squeezeExcite": 0 }]}""",
        """{"name": "Fused", "resolution": 30, "classes": 4, "training": true, "stages": [{ "block": "fused", "kernel": 3, "stride": 1, "expansion": 1, "channels": 24, "repeats": 2 }, { "block": "fused", "kernel": 3, "stride": 1, "expansion": 4, "channels": 24, "repeats": 2 }, { "block": "fused", "kernel": 5, "stride": 2, "expansion": 3, "channels": 12, "repeats": 2 }, { "block": "fused", "kernel": 3, "stride": 2, "expansion": 2, "channels": 48, "repeats": 1 }]}""",
        """{"name": "Collapsed", "resolution": 4, "classes": 2, "training": true, "stem": {"channels": 8, "scaled": false}, "stages": [{ "block": "fused", "kernel": 3, "stride": 2, "expansion": 4, "channels": 8, "repeats": 1 }, { "block": "fused", "kernel": 3, "stride": 2, "expansion": 4, "channels": 8, "repeats": 1 }, { "block": "fused", "kernel": 3, "stride": 2, "expansion": 1, "channels": 8, "repeats": 1 }, { "block": "fused", "kernel": 3, "stride": 2, "expansion": 1, "channels": 8, "repeats": 1 }]}""",
    ];

    [Theory]
    [InlineData(LanguageVersion.CSharp10)]
    [InlineData(LanguageVersion.Latest)]
    public void Published_networks_compile_without_a_warning(LanguageVersion language) =>
        GeneratedCode.Complaints(GeneratedCode.Compile([Specs.Valid(Specs.B0), Specs.Valid(Specs.Lite0), Specs.Valid(PlainTableTests.Text)], language)).ShouldBeEmpty();

    [Theory]
    [InlineData(LanguageVersion.CSharp10)]
    [InlineData(LanguageVersion.Latest)]
    public void Odd_networks_compile_without_a_warning(LanguageVersion language) =>
        GeneratedCode.Complaints(GeneratedCode.Compile(Odd.Select(Specs.Valid), language)).ShouldBeEmpty();

    [Theory]
    [InlineData(LanguageVersion.CSharp10)]
    [InlineData(LanguageVersion.Latest)]
    public void A_network_that_can_be_trained_compiles_without_a_warning(LanguageVersion language) =>
        GeneratedCode.Complaints(GeneratedCode.Compile([Specs.Valid(Specs.Trained), Specs.Valid(PlainTableTests.Text) with { Training = true, Scaling = new ScalingSpec(1, 1, 40) }], language)).ShouldBeEmpty();

    /// <summary>What the base class, the training code or a parameter is called too; and what only checks call so is refused.</summary>
    [Theory]
    [InlineData("Step")]
    [InlineData("Update")]
    [InlineData("Network")]
    [InlineData("Labels")]
    [InlineData("Dispose")]
    [InlineData("GetType")]
    [InlineData("Weights")]
    [InlineData("weights")]
    [InlineData("options")]
    public void A_network_may_be_called_like_what_its_code_does_not_call_by_name(string name) =>
        GeneratedCode.Complaints(GeneratedCode.Compile([Specs.Valid(Odd[3].Replace("\"One\"", $"\"{name}\"")) with { Training = true, Checked = true }])).ShouldBeEmpty();

    [Theory]
    [InlineData("avx512")]
    [InlineData("avx2")]
    [InlineData("portable")]
    [InlineData("avx512", "avx2")]
    public void A_network_that_carries_fewer_kernels_compiles_without_a_warning(params string[] sets) =>
        GeneratedCode.Complaints(GeneratedCode.Compile([Specs.Valid(Odd[0]) with { InstructionSets = new(sets) }], LanguageVersion.CSharp10)).ShouldBeEmpty();

    [Fact]
    public void Contextual_keywords_may_be_parts_of_a_namespace() =>
        GeneratedCode.Complaints(GeneratedCode.Compile(
        [
            Specs.Valid(Odd[3]) with { Namespace = "Shop.await.dynamic.extension.field.file.managed.notnull.partial.required.scoped.unmanaged.var.where.yield" },
            Specs.Valid(Odd[3]) with { Namespace = "record" },
        ])).ShouldBeEmpty();

    [Fact]
    public void A_project_whose_code_every_language_can_call_has_no_warning()
    {
        CSharpCompilation compilation = GeneratedCode.Compile([Specs.Valid(Odd[3]) with { Training = true, Checked = true, EmbedsWeights = true }]);
        var parse = (CSharpParseOptions)compilation.SyntaxTrees[0].Options;
        GeneratedCode.Complaints(compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText("[assembly: System.CLSCompliant(true)]", parse))).ShouldBeEmpty();
    }

    [Fact]
    public void A_network_with_embedded_weights_compiles_without_a_warning() =>
        GeneratedCode.Complaints(GeneratedCode.Compile([Specs.Valid(Odd[0]) with { EmbedsWeights = true }], LanguageVersion.CSharp10)).ShouldBeEmpty();

    [Fact]
    public void The_oldest_language_that_is_compiled_here_is_the_oldest_that_is_promised() =>
        ProjectFacts.OldestLanguage.ShouldBe(LanguageVersion.CSharp10);

    [Fact]
    public void The_compilation_would_notice_a_warning()
    {
        CSharpCompilation sound = GeneratedCode.Compile([Specs.Valid(Odd[0])]);
        CSharpCompilation broken = sound.AddSyntaxTrees(CSharpSyntaxTree.ParseText(
            "#nullable enable\npublic class Undocumented { private int _never; string? s; string t => s; }", (CSharpParseOptions)sound.SyntaxTrees[0].Options));
        string complaints = string.Join("\n", GeneratedCode.Complaints(broken));
        foreach (string id in new[] { "CS1591", "CS0169", "CS8603", "CS0649" }) complaints.ShouldContain(id);
    }

    [Fact]
    public void Names_of_files_are_distinct_and_all_belong_to_the_network()
    {
        string[] names = GeneratedCode.FilesOf(Specs.Valid(Specs.B0)).Select(file => file.HintName).ToArray();
        names.ShouldBeUnique();
        names.ShouldAllBe(name => name.StartsWith("EfficientNetB0.", StringComparison.Ordinal) && name.EndsWith(".g.cs", StringComparison.Ordinal));
    }
}
