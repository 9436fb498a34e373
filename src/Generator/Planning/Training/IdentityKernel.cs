namespace EfficientNet.Compiler.Planning.Training;

/// <summary>The channel records of a unit without BatchNorm: scale 1, shift 0; slope 1, no correction.</summary>
/// <param name="Form">Which record.</param>
internal sealed record IdentityKernel(IdentityForm Form) : Kernel
{
    public override string Name => $"Identity{Form}";
}

internal enum IdentityForm
{
    /// <summary>Scale, shift, mean and 1/deviation.</summary>
    Affine,

    /// <summary>A, B and C of the gradient of the raw map.</summary>
    Slope,
}
