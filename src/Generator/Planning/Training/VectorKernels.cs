using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Parsing;

namespace EfficientNet.Compiler.Planning.Training;

/// <summary>y = x · mask, a vector of every image.</summary>
internal sealed record VectorProductKernel(int Blocks) : Kernel
{
    public override string Name => $"VectorProduct_{Blocks * MapLayout.Lanes}";
}

/// <summary>y = x · factor, a vector of every image.</summary>
internal sealed record VectorScaleKernel(int Blocks, double Factor) : Kernel
{
    public override string Name => $"VectorScale_{Blocks * MapLayout.Lanes}_1over{Numbers.Show(Math.Round(1 / Factor))}";
}

/// <summary>y = act(u), a vector of every image.</summary>
internal sealed record VectorActivationKernel(int Blocks, ActivationKind Activation) : Kernel
{
    public override string Name => $"VectorActivation_{Blocks * MapLayout.Lanes}{Suffix(Activation)}";
}

/// <summary>du = dy · act′(u), a vector of every image.</summary>
internal sealed record VectorActivationBackwardKernel(int Blocks, ActivationKind Activation) : Kernel
{
    public override string Name => $"VectorActivationBackward_{Blocks * MapLayout.Lanes}{Suffix(Activation)}";
}

/// <summary>s = 1 / (1 + e^−v), a vector of every image.</summary>
internal sealed record VectorSigmoidKernel(int Blocks) : Kernel
{
    public override string Name => $"VectorSigmoid_{Blocks * MapLayout.Lanes}";
}

/// <summary>dv = ds · s · (1 − s), where ds is the first of every block's sums.</summary>
internal sealed record SigmoidBackwardKernel(int Blocks) : Kernel
{
    public override string Name => $"SigmoidBackward_{Blocks * MapLayout.Lanes}";
}
