using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Planning;

/// <summary>Rows of a raw map, normalised and activated, into rows with borders: what a depthwise convolution reads in training. Geometry comes with every call.</summary>
/// <param name="Activation">The activation of the unit that made the map.</param>
/// <param name="Derivative">Whether the activation's derivative is stored too, rows following each other.</param>
internal sealed record NormaliseRowsKernel(ActivationKind Activation, bool Derivative) : Kernel
{
    public override string Name => $"NormaliseRows{Suffix(Activation)}{(Derivative ? "_Derivative" : "")}";

    public override bool HasSiluForms => Activation == ActivationKind.Silu;
}
