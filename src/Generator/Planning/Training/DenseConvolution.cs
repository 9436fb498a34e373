using EfficientNet.Compiler.Graph;

namespace EfficientNet.Compiler.Planning.Training;

/// <summary>
/// How a dense convolution is trained. Its parameters lie as its taps are multiplied, by which the gradient of the weights goes too; forward, and for the gradient of its input, tiles are
/// multiplied where that costs less. Their weights, like those that are turned around, are made of the parameters in every step.
/// </summary>
/// <param name="plan">Receives the calls that make weights.</param>
/// <param name="name">For comments.</param>
/// <param name="unit">The convolution.</param>
internal sealed class DenseConvolution(TrainingPlanBuilder plan, string name, PlannedUnit unit)
{
    private readonly ConvolutionOp _op = unit.Unit.Convolution;

    /// <summary>Blocks of a tap's channels.</summary>
    private int TapBlocks => MapLayout.Blocks(_op.InputShape.Channels);

    /// <summary>The parameters as one matrix: the channels of all taps, outputs.</summary>
    private PanelLayout Parameters => new(_op.Geometry.Kernel * _op.Geometry.Kernel * TapBlocks * MapLayout.Lanes, _op.Output.Channels, unit.Place.PanelBlocks);

    /// <summary>What makes the raw map, and the weights that it multiplies.</summary>
    public (FusedMBConvKernel Kernel, Operand Weights) Forward()
    {
        if (!Winograd.Pays(_op)) return (FusedMBConvKernel.Raw(_op), unit.Weights);
        FusedMBConvKernel tiles = FusedMBConvKernel.RawByTiles(_op);
        PanelLayout from = Parameters;
        return (tiles, OfTiles(name, unit.Weights, new(from.PanelBlocks, from.Stride, TapBlocks * MapLayout.Lanes * from.WeightsAt), tiles));
    }

    /// <summary>What makes the gradient of the map that is read, its pieces and scratch memory, and the weights that it multiplies with the output's gradient.</summary>
    /// <param name="residual">Whether it adds the gradient that comes along the shortcut.</param>
    public (Kernel Kernel, int Pieces, long ScratchFloats, Operand Weights) InputGradient(bool residual)
    {
        if (!Winograd.PaysForInputGradient(_op))
        {
            ConvolutionInputGradientKernel taps = ConvolutionInputGradientKernel.Of(_op, residual);
            return (taps, _op.InputShape.Height, taps.ScratchFloats, plan.Transposed(name, Parameters, taps.PanelBlocks, unit.Weights));
        }

        // A convolution with the kernels turned around: transposed by single blocks, those of a tap lie side by side, and the last tap comes first.
        FusedMBConvKernel tiles = FusedMBConvKernel.InputGradientByTiles(_op, residual);
        PanelLayout blocks = Parameters.Transposed(panelBlocks: 1);
        int tap = TapBlocks * blocks.Stride;
        Operand lastTap = plan.Transposed(name, Parameters, blocks.PanelBlocks, unit.Weights).Behind((Winograd.Taps - 1) * tap);
        return (tiles, tiles.Bands, tiles.ScratchFloats, OfTiles(name + ": gradient of its input", lastTap, new(blocks.PanelBlocks, blocks.Stride, -tap), tiles));
    }

    private Operand OfTiles(string of, Operand weights, MatrixPanels taps, FusedMBConvKernel kernel)
    {
        Operand tiles = plan.Record(of + ", weights of tiles", kernel.DenseFloats);
        (string, int)[] geometry = WinogradWeightsKernel.Geometry(kernel.Inputs.Reduction, taps, new(kernel.PanelBlocks, kernel.PanelStride, kernel.MatrixStride));
        plan.Call(of + ": weights of tiles", new WinogradWeightsKernel(), Sharing.Pieces, WinogradWeightsKernel.Pieces(kernel), [weights, tiles, .. Operand.Numbers(geometry)]);
        return tiles;
    }
}
