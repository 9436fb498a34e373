using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission;

/// <summary>Writes the network as data: what <c>inspect</c> shows and what the weight loader follows.</summary>
internal static class DescriptionText
{
    public static void Write(SourceWriter writer, CompiledPlan plan)
    {
        using (writer.Block(Header.Class(plan.Spec)))
        using (writer.Block("static partial void DescribeCore(ref NetworkDescription? description)"))
        {
            using (writer.Block("description = new NetworkDescription", "};"))
            {
                WriteFacts(writer, plan);
                WriteLabels(writer, plan.Spec.Labels);
                WritePreprocessing(writer, plan.Spec.Preprocessing);
                LayerText.Write(writer, plan);
                WriteSteps(writer, plan);
                WriteMaps(writer, plan.Execution);
                WriteWeights(writer, plan.Execution.Weights);
            }
        }
    }

    private static void WriteFacts(SourceWriter writer, CompiledPlan plan)
    {
        ArchitectureSpec spec = plan.Spec;
        Op features = plan.Inference[((LinearOp)plan.Inference.Ops.Last()).Input];
        writer.Line($"Name = {Header.Text(spec.Name)},");
        writer.Line($"Family = {Header.Text(spec.Family)},");
        writer.Line($"Convention = {Header.Text(spec.Convention)},");
        writer.Line($"Padding = {Header.Text(SpecFormat.Padding.NameOf(spec.Padding))},");
        writer.Line($"Epsilon = {Header.Literal(spec.BatchNorm?.Epsilon ?? 0)},");
        writer.Line($"Momentum = {Header.Literal(spec.BatchNorm?.Momentum ?? 0)},");
        writer.Line($"Activation = {Header.Text(SpecFormat.Activation.NameOf(spec.Activation))},");
        writer.Line($"InputChannels = {plan.Inference.Ops[0].Output.Channels},");
        writer.Line($"Resolution = {spec.Scaling.Resolution},");
        writer.Line($"Classes = {spec.Classes},");
        writer.Line($"Features = {features.Output.Channels},");
        writer.Line($"Parameters = {plan.Inference.Parameters},");
        writer.Line($"MultiplyAdds = {plan.Inference.MultiplyAdds},");
        if (spec.InstructionSets.Count < VectorIsa.All.Length)
        {
            writer.Line($"InstructionSets = {InstructionSets(VectorIsa.CarriedBy(spec))},");
        }

        writer.Line($"PackedFloats = {plan.Execution.PackedFloats},");
        writer.Line($"ArenaFloats = {plan.Execution.ArenaFloats},");
        if (plan.Execution.IsStepwise) writer.Line($"ImagesAtOnce = {plan.Execution.ImagesAtOnce},");
        writer.Line($"ScratchFloats = {plan.Execution.ScratchFloats},");
        writer.Line($"TraceFloats = {plan.Execution.TraceFloats},");
        writer.Line($"Spec = {Header.Text(SpecText.Of(spec))},");
        writer.Line($"CompilerVersion = {Header.Text(Header.Version)},");
    }

    /// <summary>Instruction sets as an array.</summary>
    public static string InstructionSets(IEnumerable<VectorIsa> sets) => $"new InstructionSet[] {{ {string.Join(", ", sets.Select(isa => $"InstructionSet.{isa.Name}"))} }}";

    // ImageNet's list is known by its number of classes; a thousand names in every network would serve no one.
    private static void WriteLabels(SourceWriter writer, LabelsSpec? labels)
    {
        if (labels is not { Names.Count: > 0 })
        {
            return;
        }

        using (writer.Block("Labels = new string[]", "},"))
        {
            foreach (string name in labels.Names)
            {
                writer.Line($"{Header.Text(name)},");
            }
        }
    }

    private static void WritePreprocessing(SourceWriter writer, PreprocessingSpec p)
    {
        string Triple(IEnumerable<double> values) => $"new float[] {{ {string.Join(", ", values.Select(v => $"(float){Header.Literal(v)}"))} }}";
        writer.Line($"Preprocessing = new Preprocessing({p.Resize}, {p.Crop}, Interpolation.{p.Interpolation}, {Triple(p.Mean)}, {Triple(p.Std)}),");
    }

    private static void WriteSteps(SourceWriter writer, CompiledPlan plan)
    {
        StepCost[] costs = StepCost.Of(plan.Inference, plan.Execution);
        using (writer.Block("Steps = new StepDescription[]", "},"))
        {
            for (int i = 0; i < costs.Length; i++)
            {
                Step step = plan.Execution.Steps[i];
                writer.Line($"new({Header.Text(step.Name)}, {Header.Text(ForwardSchedule.Role(step))}, {Header.Text(step.Kernel.Name)}, {costs[i].MultiplyAdds}, {costs[i].WeightFloats * sizeof(float)}, {costs[i].MapFloats * sizeof(float)}),");
            }
        }
    }

    private static void WriteMaps(SourceWriter writer, ExecutionPlan plan)
    {
        using (writer.Block("Maps = new MapDescription[]", "},"))
        {
            foreach (TracedMap map in plan.Traced)
            {
                writer.Line($"new({Header.Text(map.Name)}, {map.Shape.Channels}, {map.Shape.Height}, {map.Shape.Width}, {map.At}),");
            }
        }
    }

    /// <summary>Names, shapes and places of layers.</summary>
    public static void WriteWeights(SourceWriter writer, IEnumerable<PackedConvolution> layers)
    {
        using (writer.Block("Weights = new ConvolutionWeights[]", "},"))
        {
            foreach (PackedConvolution c in layers)
            {
                writer.Line($"// {c.Layer}");
                string norm = c.BatchNorm is { } b ? $"BatchNorm = {Names(b.Parameters)}, Epsilon = {Header.Literal(b.Epsilon)}, " : "";
                string place = c.Form == WeightForm.Depthwise
                    ? $"Form = PackedForm.{c.Form}, At = {c.At}, BiasAt = 0, GroupBlocks = {c.GroupBlocks}, GroupStride = {c.GroupStride}"
                    : $"Form = PackedForm.{c.Form}, At = {c.At}, PanelBlocks = {c.PanelBlocks}, PanelStride = {c.PanelStride}, BiasAt = {c.BiasAt}, BiasStride = {c.BiasStride}"
                        + (c.ReductionGroup > 0 ? $", ReductionGroup = {c.ReductionGroup}, ReductionStride = {c.ReductionStride}" : "")
                        + (c.ReductionStep > 0 ? $", ReductionStep = {c.ReductionStep}" : "")
                        + (c.ReductionFirst > 0 ? $", ReductionFirst = {c.ReductionFirst}" : "");
                string halves = c.FirstBlocks > 0 ? $", FirstBlocks = {c.FirstBlocks}" : "";
                writer.Line($"new() {{ Names = {Names(c.Names)}, {norm}Outputs = {c.Outputs}, Inputs = {c.Inputs}, Kernel = {c.KernelSize}, HasBias = {(c.HasBias ? "true" : "false")}, {place}{halves} }},");
            }
        }
    }

    /// <summary>Names of a layer's tensors.</summary>
    public static string Names(ParameterNames names) => $"new({Header.Text(names.TorchVision)}, {Header.Text(names.Timm)}, {Header.Text(names.Lukemelas)})";
}
