using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Planning.Training;

/// <summary>Pointwise convolutions of whole maps in the training step: the widths of their panels.</summary>
internal static class PointwiseKernels
{
    public static int PanelBlocks(int inputs, Shape output) =>
        TileSelector.PanelBlocks(MapLayout.Blocks(output.Channels), output.Positions, MapLayout.PaddedReduction(inputs));

    public static PointwiseMapKernel Of(int inputs, Shape output, bool residual = false)
    {
        var panels = new PanelLayout(inputs, output.Channels, PanelBlocks(inputs, output));
        return new PointwiseMapKernel(panels.Rows, output.Positions, output.Channels, panels.PanelBlocks, residual, ActivationKind.None);
    }
}
