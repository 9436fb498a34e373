using System.Threading;
using EfficientNet.Compiler.Emission;
using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Passes;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler;

/// <summary>The compiler without Roslyn: spec → graph → passes → plan → text, each a pure function.</summary>
internal static class NetworkCompiler
{
    /// <exception cref="SpecException">The spec is well formed but cannot be built.</exception>
    public static CompiledPlan Plan(ArchitectureSpec spec, CancellationToken token)
    {
        Network network = NetworkBuilder.Build(CompoundScaling.Apply(spec)).Verify("building");
        token.ThrowIfCancellationRequested();
        Network inference = ToInference(network);
        token.ThrowIfCancellationRequested();
        EnsureMapsFit(inference);
        ExecutionPlan execution = Planner.Plan(RegionForming.Apply(inference));
        if (execution.PackedFloats > int.MaxValue) throw new SpecException($"{inference.Parameters} parameters: packed they would need {execution.PackedFloats * sizeof(float)} bytes, more than 8 GiB", "width");
        return new CompiledPlan(spec, network, inference, execution);
    }

    /// <summary>Kernels address one image's maps with 32-bit constants.</summary>
    private static void EnsureMapsFit(Network network)
    {
        foreach (Op op in network.Ops)
        {
            if (MapLayout.Floats(op.Output) > int.MaxValue / sizeof(float))
            {
                throw new SpecException($"the map of {op.Name} is {op.Output}: more than 2 GiB for one image", "resolution");
            }
        }
    }

    public static Network ToInference(Network network)
    {
        Network inference = InferenceForm.Apply(network).Verify(nameof(InferenceForm));
        inference = BatchNormFolding.Apply(inference).Verify(nameof(BatchNormFolding));
        return ActivationFusion.Apply(inference).Verify(nameof(ActivationFusion));
    }

    public static EquatableArray<GeneratedFile> WriteSurface(CompiledPlan plan) =>
        new[] { NetworkSurface.Write(plan) }.ToEquatableArray();

    public static EquatableArray<GeneratedFile> WriteBodies(CompiledPlan plan, CancellationToken token) =>
        NetworkBodies.Write(plan, token).ToEquatableArray();
}

/// <summary>A planned network: what the emitter needs, comparable by value.</summary>
/// <param name="Spec">The spec it came from.</param>
/// <param name="Training">The whole graph, training operations included.</param>
/// <param name="Inference">The graph after inference passes.</param>
/// <param name="Execution">What runs.</param>
internal sealed record CompiledPlan(ArchitectureSpec Spec, Network Training, Network Inference, ExecutionPlan Execution);

/// <summary>One generated source file.</summary>
internal sealed record GeneratedFile(string HintName, string Text);
