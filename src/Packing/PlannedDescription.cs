using EfficientNet.Compiler.Emission;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Compiler.Planning;
using EfficientNet.Runtime;

namespace EfficientNet.Compiler.Packing;

/// <summary>A planned network as the runtime describes it, as far as weights go: what the generated class will say, before there is one.</summary>
internal static class PlannedDescription
{
    public static NetworkDescription Of(CompiledPlan plan)
    {
        ArchitectureSpec spec = plan.Spec;
        PreprocessingSpec photo = spec.Preprocessing;
        return new NetworkDescription
        {
            Name = spec.Name,
            Family = spec.Family,
            Convention = spec.Convention,
            Padding = SpecFormat.Padding.NameOf(spec.Padding),
            Epsilon = spec.BatchNorm?.Epsilon ?? 0,
            Momentum = spec.BatchNorm?.Momentum ?? 0,
            Activation = SpecFormat.Activation.NameOf(spec.Activation),
            InputChannels = plan.Inference.Ops[0].Output.Channels,
            Resolution = spec.Scaling.Resolution,
            Classes = spec.Classes,
            Features = 0,
            Parameters = plan.Inference.Parameters,
            MultiplyAdds = plan.Inference.MultiplyAdds,
            Preprocessing = new Preprocessing(
                photo.Resize,
                photo.Crop,
                photo.Interpolation == InterpolationKind.Bilinear ? Interpolation.Bilinear : Interpolation.Bicubic,
                [.. photo.Mean.Select(value => (float)value)],
                [.. photo.Std.Select(value => (float)value)]),
            Layers = [],
            Steps = [],
            Maps = [],
            Weights = [.. plan.Execution.Weights.Select(WeightsOf)],
            PackedFloats = plan.Execution.PackedFloats,
            ArenaFloats = 0,
            ScratchFloats = 0,
            TraceFloats = 0,
            CompilerVersion = Header.Version,
        };
    }

    private static ConvolutionWeights WeightsOf(PackedConvolution c) => c.Form == WeightForm.Depthwise
        ? Layer(c) with { BiasAt = 0, GroupBlocks = c.GroupBlocks, GroupStride = c.GroupStride }
        : Layer(c) with
        {
            BiasAt = c.BiasAt,
            BiasStride = c.BiasStride,
            PanelBlocks = c.PanelBlocks,
            PanelStride = c.PanelStride,
            ReductionGroup = c.ReductionGroup,
            ReductionStride = c.ReductionGroup > 0 ? c.ReductionStride : 0,
            ReductionStep = c.ReductionStep,
            ReductionFirst = c.ReductionFirst,
        };

    private static ConvolutionWeights Layer(PackedConvolution c) => new()
    {
        Names = NamesOf(c.Names),
        BatchNorm = c.BatchNorm is { } norm ? NamesOf(norm.Parameters) : null,
        Epsilon = c.BatchNorm?.Epsilon ?? 0,
        Outputs = c.Outputs,
        Inputs = c.Inputs,
        Kernel = c.KernelSize,
        HasBias = c.HasBias,
        Form = c.Form switch
        {
            WeightForm.Depthwise => PackedForm.Depthwise,
            WeightForm.Winograd => PackedForm.Winograd,
            _ => PackedForm.Panels,
        },
        At = c.At,
        FirstBlocks = c.FirstBlocks,
        BiasAt = 0,
    };

    private static ParameterNames NamesOf(Graph.ParameterNames names) => new(names.TorchVision, names.Timm, names.Lukemelas);
}
