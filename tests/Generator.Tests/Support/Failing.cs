using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Pipeline;

namespace EfficientNet.Compiler.Tests.Support;

/// <summary>Stages that fail where a test says, and are otherwise quick.</summary>
internal static class Failing
{
    public static readonly CompilerStages Nowhere = new(Plan, Surface, Bodies);

    public static CompilerStages InPlan(Exception exception) => Nowhere with { Plan = (_, _) => throw exception };

    public static CompilerStages InSurface(Exception exception) => Nowhere with { WriteSurface = _ => throw exception };

    public static CompilerStages InBodies(Exception exception) => Nowhere with { WriteBodies = (_, _) => throw exception };

    private static CompiledPlan Plan(ArchitectureSpec spec, CancellationToken token) =>
        NetworkCompiler.Plan(Specs.Valid(SmallNets.Text(spec.Name)) with { Namespace = spec.Namespace }, token);

    private static EquatableArray<GeneratedFile> Surface(CompiledPlan plan) => File(plan, "Surface");

    private static EquatableArray<GeneratedFile> Bodies(CompiledPlan plan, CancellationToken token) => File(plan, "Bodies");

    private static EquatableArray<GeneratedFile> File(CompiledPlan plan, string part) =>
        new[] { new GeneratedFile($"{plan.Spec.Name}.{part}.g.cs", $"// {part}\n") }.ToEquatableArray();
}
