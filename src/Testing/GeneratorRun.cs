using System.Collections.Immutable;
using EfficientNet.Compiler;
using Microsoft.CodeAnalysis;

namespace EfficientNet.Testing;

/// <summary>What one run of the generator made.</summary>
public sealed class GeneratorRun
{
    internal GeneratorRun(GeneratorRunResult result)
    {
        Result = result;
        Files = [.. result.GeneratedSources.Select(source => new GeneratedFile(source.HintName, source.SourceText.ToString()))];
    }

    /// <summary>The generated files, in the generator's order.</summary>
    public IReadOnlyList<GeneratedFile> Files { get; }

    /// <summary>What the generator says about the specs, with places in the JSON.</summary>
    public ImmutableArray<Diagnostic> Diagnostics => Result.Diagnostics;

    /// <summary>Roslyn's own account of the run.</summary>
    public GeneratorRunResult Result { get; }

    /// <summary>The text of one generated file.</summary>
    /// <param name="name">Its name, or the end of it, such as <c>Tiny.g.cs</c>: whole parts between the dots.</param>
    /// <exception cref="ArgumentException">None or more than one file is called so; the message lists them all.</exception>
    public string File(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        // A whole name is that file's, also where another one's ends so.
        if (Files.FirstOrDefault(file => file.Name == name) is { } exact) return exact.Text;
        GeneratedFile[] found = [.. Files.Where(file => file.Name.EndsWith("." + name, StringComparison.Ordinal))];
        return found.Length == 1
            ? found[0].Text
            : throw new ArgumentException($"{found.Length} of the generated files are called '{name}': {string.Join(", ", Files.Select(file => file.Name))}.", nameof(name));
    }

    /// <summary>Why the outputs of a step are what they are: <c>New</c>, <c>Modified</c>, <c>Unchanged</c>, <c>Cached</c>.</summary>
    /// <param name="step">The step's name, such as <c>PlanNetwork</c>; docs/generated-code.md has them all.</param>
    /// <returns>One reason for each output of the step; none where it did not run.</returns>
    /// <exception cref="ArgumentException">There is no such step; the message lists them all.</exception>
    public IReadOnlyList<IncrementalStepRunReason> Reasons(string step) => Result.TrackedSteps.TryGetValue(step, out ImmutableArray<IncrementalGeneratorRunStep> runs)
        ? [.. runs.SelectMany(run => run.Outputs).Select(output => output.Reason)]
        : PipelineSteps.All.Contains(step) ? []
        : throw new ArgumentException($"There is no step '{step}': expected {string.Join(", ", PipelineSteps.All)}.", nameof(step));
}
