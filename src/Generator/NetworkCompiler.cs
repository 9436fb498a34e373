using System.Threading;
using EfficientNet.Compiler.Emission;
using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Passes;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;

namespace EfficientNet.Compiler;

/// <summary>The compiler without Roslyn: spec → graph → passes → plan → text, each a pure function.</summary>
internal static class NetworkCompiler
{
    /// <exception cref="SpecException">The network exceeds a limit.</exception>
    public static CompiledPlan Plan(ArchitectureSpec spec, CancellationToken token)
    {
        EnsureLabelsFit(spec);
        Network network = NetworkBuilder.Build(CompoundScaling.Apply(spec)).Verify("building");
        token.ThrowIfCancellationRequested();
        Network inference = ToInference(network);
        token.ThrowIfCancellationRequested();
        EnsureMapsFit(inference);
        ExecutionPlan execution = Planner.Plan(RegionForming.Apply(inference), spec.Checked);
        EnsureMemoryFits(inference, execution);
        return new CompiledPlan(spec, network, inference, execution, spec.Training ? TrainingPlanner.Plan(network, spec.Checked) : null);
    }

    private static void EnsureLabelsFit(ArchitectureSpec spec)
    {
        long characters = spec.Labels is { Names: { Count: > 0 } names } ? names.Sum(name => (long)name.Length) : 0;
        if (characters > NetworkLimits.LabelCharacters)
        {
            throw new SpecException($"its labels have {characters} characters, and {NetworkLimits.LabelCharacters} is the most; a weight file may bring them instead", "labels");
        }
    }

    private static void EnsureMapsFit(Network network)
    {
        foreach (Op op in network.Ops)
        {
            if (MapLayout.Floats(op.Output) * sizeof(float) > NetworkLimits.MapBytes)
            {
                throw new SpecException($"the map of {op.Name} is {op.Output}, more than 2 GiB for one image", "resolution|phi");
            }
        }
    }

    private static void EnsureMemoryFits(Network network, ExecutionPlan execution)
    {
        if (execution.PackedFloats * sizeof(float) > NetworkLimits.WeightBytes)
        {
            throw new SpecException(
                $"its {network.Parameters} parameters need {execution.PackedFloats * sizeof(float)} bytes when packed, more than 8 GiB", LargestLayer(network));
        }

        long session = (execution.ArenaFloats + execution.ScratchFloats) * sizeof(float);
        if (session > NetworkLimits.SessionBytes)
        {
            throw new SpecException($"its arena and scratch need {session} bytes, more than 4 GiB", "resolution|phi");
        }
    }

    /// <summary>The value that the layer with most parameters comes from.</summary>
    private static string LargestLayer(Network network)
    {
        Op largest = network.Ops.OrderByDescending(Network.ParametersOf).First();
        if (largest is LinearOp) return "classes";
        if (largest.Name == "head") return "head.channels|width|phi";
        string stage = largest.Name.Substring(0, Math.Max(0, largest.Name.IndexOf('.')));
        return int.TryParse(stage, out int number) ? $"stages[{number - 1}].channels|width|phi" : "width|phi";
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
/// <param name="Step">A training step, where the spec asks for it.</param>
internal sealed record CompiledPlan(ArchitectureSpec Spec, Network Training, Network Inference, ExecutionPlan Execution, TrainingPlan? Step);

/// <summary>One generated source file.</summary>
internal sealed record GeneratedFile(string HintName, string Text);
