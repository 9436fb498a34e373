namespace EfficientNet.Compiler.Planning;

/// <summary>
/// Panels of a pointwise or dense convolution made into those of the transposed matrix, without bias: what the forward kernels read
/// to take a gradient from the output to the input.
/// </summary>
/// <param name="From">The forward panels.</param>
/// <param name="PanelBlocks">Blocks of 16 input channels in a panel of the transposed matrix.</param>
internal sealed record TransposeKernel(PanelLayout From, int PanelBlocks) : Kernel
{
    public PanelLayout To => From.Transposed(PanelBlocks);

    public override string Name => $"Transpose_{From.Inputs}to{From.Outputs}_panels{From.PanelBlocks}to{PanelBlocks}";
}
