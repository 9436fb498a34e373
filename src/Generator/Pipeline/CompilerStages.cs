using System.Threading;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Pipeline;

/// <summary>The stages behind the parser, as the pipeline calls them; tests put failing ones in their place.</summary>
internal sealed record CompilerStages(
    Func<ArchitectureSpec, CancellationToken, CompiledPlan> Plan,
    Func<CompiledPlan, EquatableArray<GeneratedFile>> WriteSurface,
    Func<CompiledPlan, CancellationToken, EquatableArray<GeneratedFile>> WriteBodies)
{
    public static readonly CompilerStages Real = new(NetworkCompiler.Plan, NetworkCompiler.WriteSurface, NetworkCompiler.WriteBodies);
}

/// <summary>A network after planning.</summary>
internal sealed record PlannedNetwork(string Namespace, string Name, CompiledPlan Plan);

/// <summary>The files one output makes of a network.</summary>
internal sealed record WrittenNetwork(string Namespace, EquatableArray<GeneratedFile> Files);
