using System.Globalization;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Compiler.Tests.Emission.Support;
using EfficientNet.Compiler.Tests.Support;
using EfficientNet.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace EfficientNet.Compiler.Tests.Diagnostics;

/// <summary>Types and namespaces of a project that C# would find before those that generated code means.</summary>
public class HiddenNameTests
{
    private static readonly Dictionary<string, string> Photos = new() { ["RootNamespace"] = "Photos.App" };

    [Theory]
    [InlineData("namespace Photos.App; class Preprocessing { }", "the type Photos.App.Preprocessing", "Preprocessing")]
    [InlineData("namespace Photos.App.Hardware { class Camera { } }", "the namespace Photos.App.Hardware", "Hardware")]
    [InlineData("namespace Photos.App.V { class Any { } }", "the namespace Photos.App.V", "V")]
    [InlineData("namespace Photos.App; ref struct Span<T> { }", "the type Photos.App.Span<T>", "Span")]
    [InlineData("namespace Photos.App; struct Vector256<T> { }", "the type Photos.App.Vector256<T>", "Vector256")]
    [InlineData("namespace Photos.App; static class Vector512 { }", "the type Photos.App.Vector512", "Vector512")]
    public void A_nearer_name_is_an_error_at_the_spec(string code, string hiding, string name)
    {
        Diagnostic diagnostic = Run(code).Diagnostics.ShouldHaveSingleItem();
        diagnostic.GetMessage(CultureInfo.InvariantCulture).ShouldBe(
            $"The network 'Net' is not generated in the namespace Photos.App because {hiding} hides what its code calls {name}: expected "
            + "another Namespace for the spec, or another name");
        (diagnostic.Id, diagnostic.Severity).ShouldBe(("ENC0021", DiagnosticSeverity.Error));
        diagnostic.Location.GetLineSpan().StartLinePosition.Line.ShouldBe(1);
    }

    [Theory]
    [InlineData("namespace Photos.App; class Session { }")] // not called so
    [InlineData("namespace Photos.App; class Preprocessing<T> { }")]
    [InlineData("namespace Photos.App; class Span { }")] // of another arity
    [InlineData("namespace Photos.App.Inner; class Preprocessing { }")] // further in
    [InlineData("namespace Photos; enum Interpolation { None }")] // further out
    [InlineData("class Vector256 { }")]
    [InlineData("namespace Photos.App; file static class Math { } file class Buffer { }")] // known to their own file
    [InlineData("namespace Photos.App; struct Vector256<T, U> { }")]
    [InlineData("namespace V { class Any { } }")]
    [InlineData("namespace System.Runtime { class Own { } } namespace Photos.App.System { class Own { } } namespace Photos.EfficientNet { class Own { } }")]
    [InlineData("global using Photos.Other; namespace Photos.Other { class Preprocessing { } class Math { } }")]
    [InlineData("global using Math = Photos.Other.Fast; namespace Photos.Other { class Fast { } }")]
    [InlineData("global using static Photos.Other.Helpers; namespace Photos.Other { class Helpers { public class Math { } public class Buffer { } } }")]
    [InlineData("namespace Photos.Other; class Preprocessing { }")] // beside it
    [InlineData("namespace Photos.App; class Load { class Preprocessing { } }")]
    [InlineData("namespace Photos.App; class Kernel { }")] // a member of the network is nearer still
    public void Other_names_do_not_matter(string code)
    {
        Run(code).Diagnostics.ShouldBeEmpty();
        // The compiler has the last word.
        CSharpCompilation compilation = GeneratedCode.Compile([Specs.Valid(Specs.Trained) with { Namespace = "Photos.App", Checked = true }]);
        var parse = (CSharpParseOptions)compilation.SyntaxTrees[0].Options;
        CSharpCompilation whole = compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText(code, parse.WithDocumentationMode(DocumentationMode.None)));
        whole.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && diagnostic.Location.SourceTree?.FilePath != "").Select(diagnostic => diagnostic.ToString()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("WorkShare")] // only a training step calls it
    [InlineData("MemoryCheck")] // only checks call it
    public void What_only_other_networks_call_so_does_not_matter(string name) => Run($"namespace Photos.App; class {name} {{ }}").Diagnostics.ShouldBeEmpty();

    [Fact]
    public void A_training_step_and_checks_look_up_more_and_another_namespace_helps()
    {
        const string Code = "namespace Photos.App; class WorkShare { } class OptimizerKind { }";
        Run(Code, "Training", "true").Diagnostics.Select(diagnostic => diagnostic.Id).ShouldBe(["ENC0021", "ENC0021"]);
        Run("namespace Photos.App; class MemoryCheck { } class CheckedBuffer { } class SlotDescription { }", "Checked", "true").Diagnostics.Length.ShouldBe(3);
        Run("namespace Photos.App; class Preprocessing { }", "Namespace", "PhotoNetworks").Diagnostics.ShouldBeEmpty();
    }

    /// <summary>Nobody has written these: they are there because networks are.</summary>
    [Theory]
    [InlineData("Acme.Preprocessing")]
    [InlineData("Company.Math.X")]
    [InlineData("Math")]
    public void A_networks_own_namespace_hides_nothing(string space) => Run("", "Namespace", space).Diagnostics.ShouldBeEmpty();

    [Fact]
    public void Another_networks_namespace_hides_too() => new GeneratorHost(Failing.Nowhere, properties: Photos)
        .Add(new SpecFile("/Net.efficientnet.json", SmallNets.Text("Net")))
        .Add(new SpecFile("/Other.efficientnet.json", SmallNets.Text("Other"), new Dictionary<string, string> { ["Namespace"] = "Photos.App.Hardware" }))
        .Run().Diagnostics.Select(diagnostic => (diagnostic.Id, diagnostic.Location.GetLineSpan().Path)).ShouldBe([("ENC0021", "/Net.efficientnet.json")]);

    /// <summary>What is meant is no obstacle in its own namespace, nor what the runtime has beside it.</summary>
    [Theory]
    [InlineData("System.Networks")]
    [InlineData("EfficientNet.Runtime.Networks")]
    [InlineData("EfficientNet.Networks")]
    public void Namespaces_around_what_is_meant_may_hold_networks(string name) => Run("", "Namespace", name).Diagnostics.ShouldBeEmpty();

    [Fact]
    public void All_names_are_of_types_that_there_are_or_the_alias()
    {
        Compilation references = GeneratedCode.Compile([]);
        foreach (string name in Identifiers.LookedUp.Concat(Identifiers.LookedUpInTraining).Concat(Identifiers.LookedUpInChecks).Where(name => name != "V"))
        {
            string[] spellings = [name, $"{name}Attribute", $"{name}`1"];
            Identifiers.Namespaces.Any(place => spellings.Any(spelling => references.GetTypeByMetadataName($"{place}.{spelling}") is not null)).ShouldBeTrue(name);
        }
    }

    private static GeneratorRunResult Run(string code, params string[] metadata) => new GeneratorHost(Failing.Nowhere, properties: Photos)
        .AddCode(code)
        .Add(new SpecFile("/Net.efficientnet.json", SmallNets.Text("Net"), metadata.Length == 0 ? null : new Dictionary<string, string> { [metadata[0]] = metadata[1] }))
        .Run();
}
