namespace EfficientNet.Compiler.Planning;

/// <summary>Gradient of a pointwise convolution's weights: one block of input channels, one panel of outputs, one run of positions.</summary>
/// <param name="Inputs">Input channels of the block, 16 at most.</param>
/// <param name="Positions">Positions in the run.</param>
/// <param name="PanelBlocks">Output blocks of the panel.</param>
/// <param name="OutputPlane">Floats between output blocks.</param>
internal sealed record PointwiseGradientKernel(int Inputs, int Positions, int PanelBlocks, int OutputPlane) : Kernel
{
    public override string Name => $"PointwiseGradient_{Inputs}to{PanelBlocks * MapLayout.Lanes}_{Positions}_by{OutputPlane / MapLayout.Lanes}";
}
