using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Planning.Training;

/// <summary>y = x · mask, a vector of every image.</summary>
internal sealed record VectorProductKernel : Kernel
{
    public override string Name => "VectorProduct";
}

/// <summary>y = x / positions, a vector of every image.</summary>
internal sealed record VectorMeanKernel : Kernel
{
    public override string Name => "VectorMean";
}

/// <summary>y = act(u), a vector of every image.</summary>
internal sealed record VectorActivationKernel(ActivationKind Activation) : Kernel
{
    public override string Name => $"VectorActivation{Suffix(Activation)}";
}

/// <summary>du = dy · act′(u), a vector of every image.</summary>
internal sealed record VectorActivationBackwardKernel(ActivationKind Activation) : Kernel
{
    public override string Name => $"VectorActivationBackward{Suffix(Activation)}";
}

/// <summary>s = 1 / (1 + e^−v), a vector of every image.</summary>
internal sealed record VectorSigmoidKernel : Kernel
{
    public override string Name => "VectorSigmoid";
}

/// <summary>dv = ds · s · (1 − s), where ds is the first of every block's sums.</summary>
internal sealed record SigmoidBackwardKernel : Kernel
{
    public override string Name => "SigmoidBackward";
}

/// <summary>y = 0.</summary>
internal sealed record VectorClearKernel : Kernel
{
    public override string Name => "VectorClear";
}

/// <summary>y += Σ x over images, whose vectors lie apart.</summary>
internal sealed record VectorSumKernel : Kernel
{
    public override string Name => "VectorSum";
}
