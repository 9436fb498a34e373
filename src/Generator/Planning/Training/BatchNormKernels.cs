using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Planning.Training;

/// <summary>y = act(scale · x + shift), times a gate or a mask, plus a residual, as far as the options say. One image, or a run of its positions.</summary>
/// <param name="Activation">The activation.</param>
/// <param name="Gate">Whether every channel has a factor.</param>
/// <param name="Mask">Whether the image has a factor.</param>
/// <param name="Residual">Whether another map is added.</param>
internal sealed record NormaliseKernel(ActivationKind Activation, bool Gate, bool Mask, bool Residual) : Kernel
{
    public override string Name =>
        $"Normalise{Suffix(Activation)}{(Gate ? "_Gated" : "")}{(Mask ? "_Masked" : "")}{(Residual ? "_Residual" : "")}";

    public override bool HasSiluForms => Activation == ActivationKind.Silu;
}

/// <summary>Sums over one image's positions from which mean and variance are found: pivot, Σ (x − pivot), Σ (x − pivot)².</summary>
internal sealed record StatisticsKernel : Kernel
{
    public override string Name => "Statistics";
}

/// <summary>Batch statistics of all images → scale and shift; running statistics are moved.</summary>
internal sealed record BatchNormForwardKernel(double Epsilon, double Momentum) : Kernel
{
    public override string Name => "BatchNorm";
}

/// <summary>Running statistics → scale and shift.</summary>
internal sealed record FrozenBatchNormKernel(double Epsilon) : Kernel
{
    public override string Name => "FrozenBatchNorm";
}

/// <summary>The mean over positions of act(scale · x + shift).</summary>
internal sealed record ActivationPoolKernel(ActivationKind Activation) : Kernel
{
    public override string Name => $"Pool{Suffix(Activation)}";

    public override bool HasSiluForms => Activation == ActivationKind.Silu;
}

/// <summary>What the gradient of an activated map is made of.</summary>
internal enum BackwardForm
{
    /// <summary>A map.</summary>
    Map,

    /// <summary>A map times every channel's gate, plus what comes through the squeezed mean.</summary>
    Gated,

    /// <summary>What comes through a mean alone.</summary>
    Broadcast,
}

/// <summary>Sums over one image's positions from which the gradients of BatchNorm, and of a gate, are found.</summary>
internal sealed record BackwardSumsKernel(ActivationKind Activation, BackwardForm Form) : Kernel
{
    /// <summary>Sums of every channel.</summary>
    public int Sums => Form == BackwardForm.Gated ? 5 : 2;

    /// <summary>Whether the activated map has to be made again: for its derivative, or for the gradient of the gate.</summary>
    public bool Activates => Activation != ActivationKind.None || Form == BackwardForm.Gated;

    public override string Name => $"BackwardSums{Form}{Suffix(Activation)}";

    public override bool HasSiluForms => Activation == ActivationKind.Silu;
}

/// <summary>Sums of all images → the gradients of gamma and beta, and the slope of every channel.</summary>
internal sealed record BatchNormBackwardKernel(BackwardForm Form, bool Mask) : Kernel
{
    public override string Name => $"BatchNormBackward{Form}{(Mask ? "_Masked" : "")}";
}

/// <summary>From the gradient of an activated map to that of the raw map.</summary>
internal sealed record BackwardMapKernel(ActivationKind Activation, BackwardForm Form, bool Mask) : Kernel
{
    public override string Name => $"Backward{Form}{Suffix(Activation)}{(Mask ? "_Masked" : "")}";

    public override bool HasSiluForms => Activation == ActivationKind.Silu;
}
