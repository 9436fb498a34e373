using System.Text;
using System.Threading;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;

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
internal sealed record WrittenNetwork(string Namespace, string Name, EquatableArray<GeneratedFile> Files);

/// <summary>How much code became of a network.</summary>
/// <param name="Path">The spec file.</param>
/// <param name="Network">The network's name.</param>
/// <param name="ForwardBytes">Forward code of both x86 instruction sets, in UTF-8.</param>
internal sealed record CodeSize(string Path, string Network, long ForwardBytes)
{
    public bool ExceedsBudget => ForwardBytes > NetworkLimits.ForwardCodeBytes;

    public static CodeSize Of(string path, string network, EquatableArray<GeneratedFile> files) =>
        new(path, network, files.Where(IsForward).Sum(file => (long)Encoding.UTF8.GetByteCount(file.Text)));

    private static bool IsForward(GeneratedFile file) =>
        VectorIsa.All.Any(isa => !ReferenceEquals(isa, VectorIsa.Portable) && file.HintName.Contains($".{isa.Name}.") && !file.HintName.Contains($".{isa.Name}.Training."));
}
