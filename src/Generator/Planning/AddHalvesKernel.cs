using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Planning;

/// <summary>Adds the two parts of a projection whose input channels were summed by halves, and the residual. It waits for memory: one serves maps of all sizes.</summary>
/// <param name="Residual">Whether a residual is added.</param>
/// <param name="Clamp">The activation, where it is a clamp.</param>
internal sealed record AddHalvesKernel(bool Residual, ActivationKind Clamp) : Kernel
{
    public override string Name => $"AddHalves{(Residual ? "_Residual" : "")}{Suffix(Clamp)}";
}
