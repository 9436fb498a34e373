using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Passes.Training;

namespace EfficientNet.Compiler.Planning.Training;

/// <summary>A convolution as the training step sees it: where its numbers, its raw map and its channel records are.</summary>
/// <param name="Unit">The convolution with what follows it.</param>
/// <param name="Place">Its weights.</param>
/// <param name="Norm">Its BatchNorm, if any.</param>
/// <param name="Input">What it reads: a stored map, or the raw map of the unit before, which is activated on the way.</param>
/// <param name="Raw">The raw map that it makes.</param>
/// <param name="Affine">Scale, shift, mean and 1/deviation of every channel.</param>
internal sealed record PlannedUnit(ConvolutionUnit Unit, ConvolutionPlace Place, NormPlace? Norm, Operand Input, Operand Raw, Operand Affine)
{
    public Shape Output => Unit.Output;

    public int Blocks => MapLayout.Blocks(Output.Channels);

    /// <summary>Its weights from their first float: of panels, the first panel's biases.</summary>
    public Operand Weights => Place.Weights;
}

/// <summary>Squeeze-excite in the training step: its weights, and the vectors of every image.</summary>
internal sealed record PlannedSqueeze(SqueezeUnit Unit, ConvolutionPlace Reduction, ConvolutionPlace Expansion, FullyConnectedKernel Reduce, FullyConnectedKernel Excite,
    Operand Pooled, Operand RawHidden, Operand Hidden, Operand Gate);

/// <summary>A part of the network with everything that its backward half reads.</summary>
/// <param name="Name">Stem, stage.block or head.</param>
/// <param name="Output">The map that it leaves behind.</param>
internal abstract record PlannedPart(string Name, Operand Output);

internal sealed record PlannedStem(StemPart Part, PlannedUnit Stem, Operand Output) : PlannedPart(Part.Name, Output);

internal sealed record PlannedBlock(BlockPart Part, Operand Input, PlannedUnit? Expansion, PlannedUnit Depthwise, PlannedSqueeze? Squeeze, PlannedUnit Projection,
    Operand? Mask, Operand Output) : PlannedPart(Part.Name, Output);

internal sealed record PlannedFused(FusedPart Part, Operand Input, PlannedUnit Dense, PlannedUnit? Projection, Operand? Mask, Operand Output) : PlannedPart(Part.Name, Output)
{
    /// <summary>What the dense convolution is called.</summary>
    public string DenseName => Part.Dense.Convolution.Name;
}

/// <param name="Part">The operations.</param>
/// <param name="Input">The last block's map.</param>
/// <param name="Head">The head convolution, if any.</param>
/// <param name="Affine">Scale and shift of what is pooled.</param>
/// <param name="Features">The pooled features.</param>
/// <param name="Kept">The features after dropout, which the classifier reads.</param>
/// <param name="Mask">Dropout's mask, if any.</param>
/// <param name="FullyConnected">The classifier's kernel.</param>
/// <param name="Classifier">Its weights.</param>
/// <param name="LogitsGradient">The gradient of the loss with respect to the logits.</param>
internal sealed record PlannedHead(HeadPart Part, Operand Input, PlannedUnit? Head, Operand Affine, Operand Features, Operand Kept, Operand? Mask,
    FullyConnectedKernel FullyConnected, ConvolutionPlace Classifier, Operand LogitsGradient) : PlannedPart(Part.Name, Features);
