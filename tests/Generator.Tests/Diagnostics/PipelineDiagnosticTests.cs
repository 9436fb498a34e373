using System.Globalization;
using EfficientNet.Compiler.Tests.Support;
using EfficientNet.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace EfficientNet.Compiler.Tests.Diagnostics;

public class PipelineDiagnosticTests
{
    [Fact]
    public void A_diagnostic_names_file_line_column_and_page()
    {
        var file = new SpecFile("/specs/One.efficientnet.json", "{\n  \"name\": \"class\", \"resolution\": 8, \"width\": 1, \"depth\": 1\n}");
        Diagnostic diagnostic = new GeneratorHost(Failing.Nowhere).Add(file).Run().Diagnostics.ShouldHaveSingleItem();
        diagnostic.Severity.ShouldBe(DiagnosticSeverity.Error);
        diagnostic.Descriptor.Category.ShouldBe("EfficientNet.Compiler");
        diagnostic.Descriptor.HelpLinkUri.ShouldEndWith("ENC0010.md");
        FileLinePositionSpan place = diagnostic.Location.GetLineSpan();
        place.Path.ShouldBe("/specs/One.efficientnet.json");
        (place.StartLinePosition.Line, place.StartLinePosition.Character, place.EndLinePosition.Character).ShouldBe((1, 10, 17));
        diagnostic.Location.SourceSpan.Length.ShouldBe("\"class\"".Length);
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_said_so() =>
        Messages(new GeneratorHost().Add(new SpecFile("/specs/Gone.efficientnet.json", null)).Run())
            .ShouldBe(["/specs/Gone.efficientnet.json(1,1): ENC0002: The spec file 'Gone.efficientnet.json' cannot be read as text"]);

    [Fact]
    public void Of_two_specs_with_one_class_the_second_is_refused_and_the_first_is_made()
    {
        GeneratorRunResult result = new GeneratorHost(Failing.Nowhere)
            .Add(new SpecFile("/b/Two.efficientnet.json", SmallNets.Text("Net")), new SpecFile("/a/One.efficientnet.json", SmallNets.Text("Net")))
            .Run();
        Messages(result).ShouldBe(["/b/Two.efficientnet.json(2,11): ENC0013: The class 'EfficientNet.Networks.Net' cannot be made beside 'One.efficientnet.json', which makes it already"]);
        result.GeneratedSources.Length.ShouldBe(2);
    }

    [Fact]
    public void Names_that_differ_in_case_alone_would_share_a_file_and_are_one_class_too() =>
        Messages(new GeneratorHost(Failing.Nowhere)
            .Add(new SpecFile("/a.efficientnet.json", SmallNets.Text("Net")), new SpecFile("/b.efficientnet.json", SmallNets.Text("NET")))
            .Run())
            .ShouldBe(["/b.efficientnet.json(2,11): ENC0013: The class 'EfficientNet.Networks.NET' cannot be made beside 'a.efficientnet.json', which makes it already"]);

    [Theory]
    [InlineData("EfficientNet.Networks.Net", "Dispatch")]
    [InlineData("EfficientNet.Networks.Net.Inner", "Other")]
    [InlineData("efficientNet.networks.NET", "Dispatch")]
    public void A_class_is_not_called_like_a_namespace_that_another_network_lies_in(string space, string name)
    {
        GeneratorRunResult result = new GeneratorHost(Failing.Nowhere)
            .Add(new SpecFile("/a.efficientnet.json", SmallNets.Text("Net")), new SpecFile("/b.efficientnet.json", SmallNets.Text(name), new Dictionary<string, string> { ["Namespace"] = space }))
            .Run();
        Messages(result).ShouldBe(["/a.efficientnet.json(2,11): ENC0013: The class 'EfficientNet.Networks.Net' cannot be made beside 'b.efficientnet.json', which makes a namespace of that name"]);
        result.GeneratedSources.Length.ShouldBe(2);
    }

    [Fact]
    public void One_name_in_two_namespaces_is_two_classes()
    {
        GeneratorRunResult result = new GeneratorHost(Failing.Nowhere, properties: new Dictionary<string, string> { ["RootNamespace"] = "my-app" })
            .Add(new SpecFile("/a.efficientnet.json", SmallNets.Text("Net")), new SpecFile("/b.efficientnet.json", SmallNets.Text("Net"), new Dictionary<string, string> { ["Namespace"] = "Other" }))
            .Run();
        result.Diagnostics.ShouldBeEmpty();
        result.GeneratedSources.Select(source => source.HintName).Order().ShouldBe(
            ["Other.Net.Bodies.g.cs", "Other.Net.Surface.g.cs", "my_app.Net.Bodies.g.cs", "my_app.Net.Surface.g.cs"]);
    }

    [Fact]
    public void A_network_beyond_a_limit_is_blamed_at_the_value_that_would_have_to_change()
    {
        GeneratorRunResult result = new GeneratorHost(Failing.InPlan(new SpecException("too small\nby far", "stages[0].kernel"))).Add(SmallNets.File("One")).Run();
        Messages(result).ShouldBe(["/specs/One.efficientnet.json(5,27): ENC0018: The network 'One' exceeds a limit: too small by far"]);
        result.GeneratedSources.ShouldBeEmpty();
    }

    [Fact]
    public void Without_unsafe_code_there_is_one_reason_and_no_code()
    {
        GeneratorRunResult result = new GeneratorHost(Failing.Nowhere, allowUnsafe: false).Add(SmallNets.File("One")).Run();
        Messages(result).ShouldBe(
            ["/specs/One.efficientnet.json(2,11): ENC0015: The network 'One' is not generated because the project does not allow unsafe code: set AllowUnsafeBlocks to true"]);
        result.GeneratedSources.ShouldBeEmpty();
    }

    [Fact]
    public void With_an_old_language_there_is_one_reason_and_no_code()
    {
        GeneratorRunResult result = new GeneratorHost(Failing.Nowhere, languageVersion: LanguageVersion.CSharp8).Add(SmallNets.File("One")).Run();
        Messages(result).ShouldBe(
            ["/specs/One.efficientnet.json(2,11): ENC0016: The network 'One' is not generated because the project uses C# 8.0: expected C# 10.0 or later"]);
        result.GeneratedSources.ShouldBeEmpty();
    }

    [Fact]
    public void With_another_runtime_there_is_one_reason_and_no_code()
    {
        MetadataReference runtime = CSharpCompilation.Create(
            "EfficientNet.Runtime",
            [CSharpSyntaxTree.ParseText("[assembly: System.Reflection.AssemblyVersion(\"9.8.7.0\")]")],
            [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)]).ToMetadataReference();
        GeneratorRunResult result = new GeneratorHost(Failing.Nowhere, references: runtime).Add(SmallNets.File("One")).Run();
        Messages(result).ShouldHaveSingleItem().ShouldBe(
            "/specs/One.efficientnet.json(2,11): ENC0020: The network 'One' is not generated because EfficientNet.Compiler is "
            + $"{Pipeline.ProjectFacts.GeneratorVersion} and EfficientNet.Runtime is 9.8.7.0: expected the same version");
        result.GeneratedSources.ShouldBeEmpty();
    }

    [Fact]
    public void With_its_own_runtime_there_is_code() =>
        new GeneratorHost(Failing.Nowhere, references: MetadataReference.CreateFromFile(typeof(Runtime.Session).Assembly.Location))
            .Add(SmallNets.File("One")).Run().GeneratedSources.ShouldNotBeEmpty();

    [Fact]
    public void A_failure_of_our_own_is_a_diagnostic_in_every_step_and_never_a_crash()
    {
        var exception = new InvalidOperationException("line one\r\nline two");
        foreach ((Pipeline.CompilerStages stages, string step, int sources) in new[]
        {
            (Failing.InPlan(exception), PipelineSteps.PlanNetwork, 0),
            (Failing.InSurface(exception), PipelineSteps.WriteSurface, 1),
            (Failing.InBodies(exception), PipelineSteps.WriteBodies, 1),
        })
        {
            GeneratorRunResult result = new GeneratorHost(stages).Add(SmallNets.File("One")).Run();
            result.Exception.ShouldBeNull();
            Messages(result).ShouldBe(
                [$"/specs/One.efficientnet.json(1,1): ENC9999: Internal error in step {step}: System.InvalidOperationException: line one line two"]);
            result.GeneratedSources.Length.ShouldBe(sources);
        }
    }

    [Fact]
    public void One_network_that_fails_leaves_the_others_alone()
    {
        Pipeline.CompilerStages stages = Failing.Nowhere with
        {
            Plan = (spec, token) => spec.Name == "Bad" ? throw new NotSupportedException("no") : Failing.Nowhere.Plan(spec, token),
        };
        GeneratorRunResult result = new GeneratorHost(stages).Add(SmallNets.File("Good"), SmallNets.File("Bad")).Run();
        Messages(result).ShouldBe(["/specs/Bad.efficientnet.json(1,1): ENC9999: Internal error in step PlanNetwork: System.NotSupportedException: no"]);
        result.GeneratedSources.ShouldAllBe(source => source.HintName.Contains("Good"));
        result.GeneratedSources.Length.ShouldBe(2);
    }

    [Fact]
    public void Cancellation_is_no_failure() =>
        Should.Throw<OperationCanceledException>(() => Pipeline.Outcome.Of<string>("p", "n", "s", () => throw new OperationCanceledException()));

    [Fact]
    public void A_file_of_another_suffix_is_none_of_ours() =>
        new GeneratorHost().Add(new SpecFile("/appsettings.json", "{"), new SpecFile("/efficientnet.json.txt", "{")).Run().Diagnostics.ShouldBeEmpty();

    [Fact]
    public void The_case_of_the_suffix_does_not_matter() =>
        new GeneratorHost().Add(new SpecFile("/One.EfficientNet.JSON", "{")).Run().Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("ENC0001");

    private static string[] Messages(GeneratorRunResult result) => result.Diagnostics.Select(diagnostic =>
    {
        FileLinePositionSpan place = diagnostic.Location.GetLineSpan();
        return $"{place.Path}({place.StartLinePosition.Line + 1},{place.StartLinePosition.Character + 1}): {diagnostic.Id}: {diagnostic.GetMessage(CultureInfo.InvariantCulture)}";
    }).ToArray();
}
