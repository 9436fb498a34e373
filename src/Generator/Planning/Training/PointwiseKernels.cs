using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Planning.Training;

/// <summary>Pointwise convolutions of whole maps in the training step: panels are whole, so that transposing them is one loop.</summary>
internal static class PointwiseKernels
{
    public static int PanelBlocks(int inputs, Shape output) =>
        TileSelector.GroupBlocks(MapLayout.Blocks(output.Channels), output.Positions, MapLayout.PaddedReduction(inputs));

    public static PointwiseMapKernel Of(int inputs, Shape output, bool residual = false)
    {
        int reduction = MapLayout.PaddedReduction(inputs);
        int panel = PanelBlocks(inputs, output);
        int stride = (reduction + 1) * panel * MapLayout.Lanes;
        return new PointwiseMapKernel(reduction, output.Positions, MapLayout.Blocks(output.Channels), panel, stride, stride, residual, ActivationKind.None);
    }
}
