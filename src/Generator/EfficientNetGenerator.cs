using System.Collections.Immutable;
using System.Text;
using System.Threading;
using EfficientNet.Compiler.Diagnostics;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Compiler.Pipeline;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace EfficientNet.Compiler;

/// <summary>Makes a class of every <c>*.efficientnet.json</c> among a project's additional files.</summary>
/// <remarks>
/// <code>
/// ReadSpecs → ParseText → ParseSpec → PlanNetwork → WriteSurface   (source output)
///                 │                       │      └→ WriteBodies    (implementation output)
///                 │                       │              └→ MeasureCode
///                 └───────────────────────┴→ CollectDiagnostics    (diagnostics alone)
/// </code>
/// Every step is a pure function from records to records, so the driver can stop at the first one whose result is what
/// it was. No step reads the compilation but <c>CheckProject</c>, which keeps a few facts of it.
/// </remarks>
[Generator(LanguageNames.CSharp)]
public sealed class EfficientNetGenerator : IIncrementalGenerator
{
    /// <summary>Without a byte order mark: the text is all that is in a file.</summary>
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    private readonly CompilerStages _stages;

    /// <summary>The generator, as the compiler makes it.</summary>
    public EfficientNetGenerator()
        : this(CompilerStages.Real)
    {
    }

    internal EfficientNetGenerator(CompilerStages stages) => _stages = stages;

    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<ParseResult> parsed = context.AdditionalTextsProvider
            .Where(SpecSource.IsSpec)
            .Combine(context.AnalyzerConfigOptionsProvider)
            .Select((pair, token) => SpecSource.Read(pair.Left, pair.Right, token))
            .WithTrackingName(PipelineSteps.ReadSpecs)
            .Select((source, _) => source.Parse())
            .WithTrackingName(PipelineSteps.ParseText);

        IncrementalValuesProvider<NamedSpec> specs = parsed
            .Where(result => result.Spec is not null)
            .Select((result, _) => new NamedSpec(result.Path, result.Spec!))
            .WithTrackingName(PipelineSteps.ParseSpec);

        IncrementalValueProvider<EquatableArray<DuplicateNetwork>> duplicates = specs
            .Select((named, _) => new NetworkName(named.Path, named.Spec.Namespace, $"{named.Spec.Namespace}.{named.Spec.Name}"))
            .Collect()
            .Select((names, _) => DuplicateNetwork.Find(names))
            .WithTrackingName(PipelineSteps.FindDuplicates);

        IncrementalValueProvider<ProjectFacts> facts = specs
            .Select((named, _) => named.Spec.Namespace)
            .Collect()
            .Combine(context.CompilationProvider)
            .Select((pair, token) => ProjectFacts.Of(pair.Right, pair.Left, token))
            .WithTrackingName(PipelineSteps.CheckProject);

        IncrementalValuesProvider<Outcome<PlannedNetwork>> plans = specs
            .Combine(duplicates)
            .Where(pair => pair.Right.All(duplicate => duplicate.Path != pair.Left.Path))
            .Select((pair, _) => pair.Left)
            .Combine(facts)
            .Where(pair => pair.Right.CanHold(pair.Left.Spec))
            .Select((pair, _) => pair.Left)
            .Select(Plan)
            .WithTrackingName(PipelineSteps.PlanNetwork);

        IncrementalValuesProvider<Outcome<PlannedNetwork>> planned = plans.Where(plan => plan.Failure is null);
        context.RegisterSourceOutput(
            planned.Select((plan, _) => Write(plan, PipelineSteps.WriteSurface, _stages.WriteSurface)).WithTrackingName(PipelineSteps.WriteSurface),
            AddSources);
        IncrementalValuesProvider<Outcome<WrittenNetwork>> bodies = planned
            .Select((plan, token) => Write(plan, PipelineSteps.WriteBodies, compiled => _stages.WriteBodies(compiled, token)))
            .WithTrackingName(PipelineSteps.WriteBodies);
        context.RegisterImplementationSourceOutput(bodies, AddSources);

        // Not among the diagnostics below: bodies are not written in an editor.
        IncrementalValueProvider<ImmutableArray<CodeSize>> oversized = bodies
            .Where(written => written.Value is not null)
            .Select((written, _) => CodeSize.Of(written.Path, written.Value!.Name, written.Value.Files))
            .Where(size => size.ExceedsBudget)
            .Collect();
        context.RegisterImplementationSourceOutput(
            parsed.Combine(oversized)
                .Select((item, _) => DiagnosticsOfFile.OfCode(item.Left, item.Right))
                .WithTrackingName(PipelineSteps.MeasureCode),
            Report);

        IncrementalValueProvider<ImmutableArray<StepFailure>> failures = plans
            .Where(plan => plan.Failure is not null)
            .Select((plan, _) => plan.Failure!)
            .Collect();
        context.RegisterSourceOutput(
            parsed.Combine(duplicates).Combine(facts).Combine(failures)
                .Select((item, _) => DiagnosticsOfFile.Collect(item.Left.Left.Left, item.Left.Left.Right, item.Left.Right, item.Right))
                .WithTrackingName(PipelineSteps.CollectDiagnostics),
            Report);
    }

    private static void Report(SourceProductionContext output, EquatableArray<DiagnosticInfo> diagnostics)
    {
        foreach (DiagnosticInfo diagnostic in diagnostics) output.ReportDiagnostic(diagnostic.ToDiagnostic());
    }

    private Outcome<PlannedNetwork> Plan(NamedSpec named, CancellationToken token)
    {
        ArchitectureSpec spec = named.Spec;
        return Outcome.Of(
            named.Path, spec.Name, PipelineSteps.PlanNetwork, () => new PlannedNetwork(spec.Namespace, spec.Name, _stages.Plan(spec, token)));
    }

    private static Outcome<WrittenNetwork> Write(
        Outcome<PlannedNetwork> outcome, string step, Func<CompiledPlan, EquatableArray<GeneratedFile>> write)
    {
        PlannedNetwork network = outcome.Value!;
        return Outcome.Of(outcome.Path, network.Name, step, () => new WrittenNetwork(network.Namespace, network.Name, write(network.Plan)));
    }

    private static void AddSources(SourceProductionContext output, Outcome<WrittenNetwork> outcome)
    {
        if (outcome.Failure is { } failure) output.ReportDiagnostic(DiagnosticsOfFile.Describe(failure).ToDiagnostic());
        if (outcome.Value is not { } network) return;
        foreach (GeneratedFile file in network.Files)
        {
            // Two networks of one name may live in two namespaces of one project.
            output.AddSource($"{network.Namespace}.{file.HintName}", SourceText.From(file.Text, Utf8));
        }
    }
}
