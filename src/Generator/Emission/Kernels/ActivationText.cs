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

    /// <summary>Constants of an activation and its derivative.</summary>
    public static void ConstantsWithDerivative(KernelContext context, ActivationKind activation)
    {
        SourceWriter writer = context.Writer;
        Constants(context, activation);
        switch (activation)
        {
            case ActivationKind.Relu or ActivationKind.Relu6:
                writer.Line("var one = V.Create(1f);");
                break;
            case ActivationKind.HardSwish:
                writer.Line("var one = V.Create(1f);");
                writer.Line("var third = V.Create(1f / 3f);");
                writer.Line("var half = V.Create(0.5f);");
                break;
            case ActivationKind.Silu when SiluText.UsesTable(context):
                writer.Line("var one = V.Create(1f);");
                break;
            default:
                // SiLU's other forms have a one already, and without activation there is no derivative.
                break;
        }
    }

    /// <summary>Replaces the vector variable by its activation, and declares the derivative there under a second name.</summary>
    public static void ApplyWithDerivative(KernelContext context, ActivationKind activation, string v, string derivative)
    {
        SourceWriter writer = context.Writer;
        switch (activation)
        {
            case ActivationKind.Relu:
                writer.Line($"var {derivative} = V.GreaterThan({v}, zero) & one;");
                Apply(context, activation, v);
                break;
            case ActivationKind.Relu6:
                writer.Line($"var {derivative} = V.GreaterThan({v}, zero) & V.LessThan({v}, six) & one;");
                Apply(context, activation, v);
                break;
            case ActivationKind.HardSwish:
                // 0 up to −3, 1 from 3 on, and (2·x + 3) / 6 between them.
                writer.Line($"var {derivative} = V.ConditionalSelect(V.LessThan({v}, three), {context.Isa.MultiplyAdd(v, "third", "half")}, one) & V.GreaterThan({v}, -three);");
                Apply(context, activation, v);
                break;
            case ActivationKind.Silu:
                SiluText.ApplyWithDerivative(context, v, derivative);
                break;
            default:
                throw new InvalidOperationException($"no derivative of {activation}");
        }
    }
}
