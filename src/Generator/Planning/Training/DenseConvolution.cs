using EfficientNet.Compiler.Graph;

namespace EfficientNet.Compiler.Planning.Training;

/// <summary>
/// How a dense convolution is trained. Its parameters, and their gradients, lie as its taps are multiplied; tiles are multiplied in their place where that costs less, with weights that are made of
/// the parameters in every step, and gradients that become the taps'.
/// </summary>
/// <param name="plan">Receives the calls that make weights, and the gradient of the weights by tiles.</param>
/// <param name="name">For comments.</param>
/// <param name="unit">The convolution.</param>
internal sealed class DenseConvolution(TrainingPlanBuilder plan, string name, PlannedUnit unit)
{
    private readonly ConvolutionOp _op = unit.Unit.Convolution;

    private TapsKernel Taps => TapsKernel.InBlocks(_op);

    /// <summary>The parameters as one matrix: the channels of all taps, outputs.</summary>
    private PanelLayout Parameters => new(Taps.Reduction, _op.Output.Channels, unit.Place.PanelBlocks);

    /// <summary>Where they have the matrices of the taps.</summary>
    private MatrixPanels TapPanels => new(Parameters.PanelBlocks, Parameters.Stride, Taps.Channels * Parameters.WeightsAt);

    /// <summary>What makes the raw map, and the weights that it multiplies.</summary>
    public (FusedMBConvKernel Kernel, Operand Weights) Forward()
    {
        if (!Winograd.Pays(_op)) return (FusedMBConvKernel.Raw(_op), unit.Weights);
        FusedMBConvKernel tiles = FusedMBConvKernel.RawByTiles(_op);
        return (tiles, OfTiles(name, unit.Weights, TapPanels, tiles));
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
        int tap = MapLayout.Blocks(Taps.Channels) * blocks.Stride;
        Operand lastTap = plan.Transposed(name, Parameters, blocks.PanelBlocks, unit.Weights).Behind((Winograd.Taps - 1) * tap);
        return (tiles, tiles.Bands, tiles.ScratchFloats, OfTiles(name + ": gradient of its input", lastTap, new(blocks.PanelBlocks, blocks.Stride, -tap), tiles));
    }

    /// <summary>What makes one image's gradient of the weights by taps.</summary>
    public ConvolutionWeightGradientKernel WeightGradient => ConvolutionWeightGradientKernel.Of(_op, unit.Place.PanelBlocks);

    /// <summary>What makes it by tiles; null where they cost more.</summary>
    public WinogradWeightGradientKernel? WeightGradientByTiles => Winograd.PaysForWeightGradient(_op) ? WinogradWeightGradientKernel.Of(_op, unit.Place.PanelBlocks) : null;

    /// <summary>Floats of an image's share in the gradient of the weights.</summary>
    public long GradientFloats => WeightGradientByTiles?.GradientFloats ?? unit.Place.Floats;

    /// <summary>Adds to the gradient of the weights by tiles: every image's sums in a share of its own, or those of all in one place, then the taps' gradients from their sum.</summary>
    /// <param name="kernel">What makes one image's.</param>
    /// <param name="shares">The images' shares, cleared; null where there are none.</param>
    /// <param name="dy">The gradient of the raw map.</param>
    public void AddWeightGradient(WinogradWeightGradientKernel kernel, Operand? shares, Operand dy)
    {
        string gradient = name + ": gradient of the weights";
        Operand sums = shares ?? plan.Record(gradient + ", of tiles", kernel.GradientFloats);
        if (shares is null) plan.Call(gradient + ", of tiles, cleared", new VectorClearKernel(), Sharing.Pieces, (int)(kernel.GradientFloats / MapLayout.Lanes), sums);
        plan.Call(gradient + ", of tiles", kernel, shares is null ? Sharing.PiecesOfAllImages : Sharing.ImagesAndPieces, kernel.Panels, unit.Input, dy, sums, plan.Scratch(kernel.ScratchFloats));
        (Operand images, Operand stride) = shares is null ? (Operand.Number(1), Operand.Number(0)) : (Operand.Images, Operand.ImageStride);
        int rows = kernel.Tiles.Reduction;
        plan.Call(gradient, new WinogradTapsGradientKernel(), Sharing.Pieces, WinogradWeightsKernel.Pieces(rows, kernel.Outputs),
            [sums, unit.Place.Gradients, images, stride, .. Operand.Numbers(WinogradWeightsKernel.Geometry(rows, TapPanels, kernel.Gradient))]);
        plan.Join();
    }

    private Operand OfTiles(string of, Operand weights, MatrixPanels taps, FusedMBConvKernel kernel)
    {
        Operand tiles = plan.Record(of + ", weights of tiles", kernel.DenseFloats);
        int rows = kernel.Inputs.Reduction;
        plan.Call(of + ": weights of tiles", new WinogradWeightsKernel(), Sharing.Pieces, WinogradWeightsKernel.Pieces(rows, kernel.Channels),
            [weights, tiles, .. Operand.Numbers(WinogradWeightsKernel.Geometry(rows, taps, kernel.Matrices))]);
        return tiles;
    }
}
