using EfficientNet.Compiler.Tests.Support;
using EfficientNet.Testing;
using Microsoft.CodeAnalysis;

namespace EfficientNet.Compiler.Tests.Incrementality;

public class CachingTests
{
    /// <summary>The steps between a spec's text and its generated code.</summary>
    private static readonly string[] Chain =
    [
        PipelineSteps.ReadSpecs, PipelineSteps.ParseText, PipelineSteps.ParseSpec,
        PipelineSteps.PlanNetwork, PipelineSteps.WriteSurface, PipelineSteps.WriteBodies,
    ];

    [Fact]
    public void The_first_run_makes_everything_new()
    {
        GeneratorRunResult result = new GeneratorHost().Add(SmallNets.File("One")).Run();
        result.Diagnostics.ShouldBeEmpty();
        result.GeneratedSources.Length.ShouldBeGreaterThan(1);
        foreach (string step in Chain) Reasons(result, step).ShouldBe([IncrementalStepRunReason.New], step);
    }

    [Fact]
    public void The_same_input_is_cached_from_end_to_end()
    {
        GeneratorHost host = new GeneratorHost().Add(SmallNets.File("One"), SmallNets.File("Two"));
        host.Run();
        GeneratorRunResult result = host.Run();
        foreach (string step in PipelineSteps.All) Reasons(result, step).ShouldAllBe(reason => reason == IncrementalStepRunReason.Cached, step);
        OutputReasons(result).ShouldAllBe(reason => reason == IncrementalStepRunReason.Cached);
    }

    [Fact]
    public void An_unrelated_edit_of_code_is_cached_from_end_to_end()
    {
        GeneratorHost host = new GeneratorHost().Add(SmallNets.File("One"));
        host.Run();
        GeneratorRunResult result = host.AddCode("class B { void M() { } }").Run();
        // The one step that looks at the project runs, and finds what it found before.
        Reasons(result, PipelineSteps.CheckProject).ShouldBe([IncrementalStepRunReason.Unchanged]);
        foreach (string step in PipelineSteps.All.Where(step => step != PipelineSteps.CheckProject))
        {
            Reasons(result, step).ShouldAllBe(reason => reason == IncrementalStepRunReason.Cached, step);
        }

        OutputReasons(result).ShouldAllBe(reason => reason == IncrementalStepRunReason.Cached);
    }

    [Theory]
    [InlineData("  ")]
    [InlineData("\r\n\r\n")]
    public void White_space_stops_at_the_parser(string space)
    {
        SpecFile before = SmallNets.File("One");
        GeneratorHost host = new GeneratorHost().Add(before);
        host.Run();
        GeneratorRunResult result = host.Replace(before, new SpecFile(before.Path, SmallNets.Text("One").Replace("\"classes\"", space + "\"classes\""))).Run();
        Reasons(result, PipelineSteps.ReadSpecs).ShouldBe([IncrementalStepRunReason.Modified]);
        Reasons(result, PipelineSteps.ParseText).ShouldBe([IncrementalStepRunReason.Modified]);
        Reasons(result, PipelineSteps.ParseSpec).ShouldBe([IncrementalStepRunReason.Unchanged]);
        foreach (string step in Chain.Skip(3)) Reasons(result, step).ShouldBe([IncrementalStepRunReason.Cached], step);
        OutputReasons(result).ShouldAllBe(reason => reason == IncrementalStepRunReason.Cached || reason == IncrementalStepRunReason.Unchanged);
    }

    [Fact]
    public void Another_order_of_keys_stops_at_the_parser()
    {
        SpecFile before = SmallNets.File("One");
        GeneratorHost host = new GeneratorHost().Add(before);
        host.Run();
        string text = SmallNets.Text("One").Replace("\"classes\": 3,", "").Replace("\"name\"", "\"classes\": 3, \"name\"");
        GeneratorRunResult result = host.Replace(before, new SpecFile(before.Path, text)).Run();
        Reasons(result, PipelineSteps.ParseSpec).ShouldBe([IncrementalStepRunReason.Unchanged]);
        foreach (string step in Chain.Skip(3)) Reasons(result, step).ShouldBe([IncrementalStepRunReason.Cached], step);
    }

    [Fact]
    public void One_changed_spec_leaves_the_other_alone()
    {
        SpecFile before = SmallNets.File("Two");
        GeneratorHost host = new GeneratorHost().Add(SmallNets.File("One"), before);
        string[] first = SourcesOf(host.Run(), "One");
        GeneratorRunResult result = host.Replace(before, SmallNets.File("Two", channels: 24)).Run();
        foreach (string step in Chain)
        {
            Reasons(result, step).ShouldBe([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified], step);
        }

        SourcesOf(result, "One").ShouldBe(first);
    }

    [Fact]
    public void A_changed_diagnostic_writes_no_source_again()
    {
        const string text = """{"name": "One", "phi": 0, "alpha": 2, "classes": 3}""";
        var before = new SpecFile("/specs/One.efficientnet.json", text);
        GeneratorHost host = new GeneratorHost(Failing.Nowhere).Add(before);
        host.Run().Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("ENC0012");

        // At φ = 0 the coefficients make no difference to the network, only to the warning.
        GeneratorRunResult result = host.Replace(before, new SpecFile(before.Path, text.Replace("\"alpha\": 2", "\"alpha\": 3"))).Run();
        Reasons(result, PipelineSteps.CollectDiagnostics).ShouldBe([IncrementalStepRunReason.Modified]);
        Reasons(result, PipelineSteps.WriteSurface).ShouldBe([IncrementalStepRunReason.Cached]);
        Reasons(result, PipelineSteps.WriteBodies).ShouldBe([IncrementalStepRunReason.Cached]);
    }

    [Fact]
    public void A_spec_that_goes_away_takes_its_code_with_it()
    {
        SpecFile two = SmallNets.File("Two");
        GeneratorHost host = new GeneratorHost().Add(SmallNets.File("One"), two);
        host.Run();
        GeneratorRunResult result = host.Replace(two, new SpecFile("/specs/Two.json", SmallNets.Text("Two"))).Run();
        SourcesOf(result, "Two").ShouldBeEmpty();
        SourcesOf(result, "One").ShouldNotBeEmpty();
    }

    private static IncrementalStepRunReason[] Reasons(GeneratorRunResult result, string step) =>
        result.TrackedSteps[step].SelectMany(run => run.Outputs).Select(output => output.Reason).ToArray();

    private static IncrementalStepRunReason[] OutputReasons(GeneratorRunResult result) =>
        result.TrackedOutputSteps.SelectMany(step => step.Value).SelectMany(run => run.Outputs).Select(output => output.Reason).ToArray();

    private static string[] SourcesOf(GeneratorRunResult result, string name) =>
        result.GeneratedSources.Where(source => source.HintName.Contains($".{name}.")).Select(source => source.SourceText.ToString()).ToArray();
}
