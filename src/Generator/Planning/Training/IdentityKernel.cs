namespace EfficientNet.Compiler.Planning.Training;

/// <summary>The channel records of a unit without BatchNorm: scale 1, shift 0; slope 1, no correction.</summary>
/// <param name="Blocks">Blocks of 16 channels.</param>
/// <param name="Form">Which record.</param>
internal sealed record IdentityKernel(int Blocks, IdentityForm Form) : Kernel
{
    public override string Name => $"Identity{Form}_{Blocks * MapLayout.Lanes}";
}

internal enum IdentityForm
{
    /// <summary>Scale, shift, mean and 1/deviation.</summary>
    Affine,

    /// <summary>A, B and C of the gradient of the raw map.</summary>
    Slope,
}
