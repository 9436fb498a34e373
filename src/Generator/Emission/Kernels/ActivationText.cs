using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes activations in place: no vector crosses a call.</summary>
internal static class ActivationText
{
    /// <summary>Constants of an activation, held in registers through a loop.</summary>
    public static void Constants(KernelContext context, ActivationKind activation)
    {
        SourceWriter writer = context.Writer;
        switch (activation)
        {
            case ActivationKind.Relu or ActivationKind.Relu6:
                context.ClampConstants(activation);
                break;
            case ActivationKind.HardSwish:
                writer.Line($"var zero = {context.VectorOfFloat}.Zero;");
                writer.Line("var three = V.Create(3f);");
                writer.Line("var six = V.Create(6f);");
                writer.Line("var sixth = V.Create(1f / 6f);");
                break;
            case ActivationKind.Silu:
                SiluText.Constants(context);
                break;
            case ActivationKind.None:
                break;
            default:
                throw new InvalidOperationException($"no text for {activation}");
        }
    }

    /// <summary>Replaces the vector variable by its activation.</summary>
    public static void Apply(KernelContext context, ActivationKind activation, string v)
    {
        SourceWriter writer = context.Writer;
        switch (activation)
        {
            case ActivationKind.Relu or ActivationKind.Relu6:
                writer.Line($"{v} = {KernelContext.Clamped(activation, v)};");
                break;
            case ActivationKind.HardSwish:
                writer.Line($"{v} = {v} * V.MinNative(six, V.MaxNative(zero, {v} + three)) * sixth;");
                break;
            case ActivationKind.Silu:
                SiluText.Apply(context, v);
                break;
            case ActivationKind.None:
                break;
            default:
                throw new InvalidOperationException($"no text for {activation}");
        }
    }
}
