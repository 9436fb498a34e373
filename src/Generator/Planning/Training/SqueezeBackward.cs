namespace EfficientNet.Compiler.Planning.Training;

/// <summary>Plans the adjoint of squeeze-excite and of the classifier: vectors of every image times small matrices.</summary>
internal sealed class SqueezeBackward(TrainingPlanBuilder plan)
{
    /// <summary>From the sums over positions to what every position gets through the squeezed mean.</summary>
    /// <param name="name">Block and role.</param>
    /// <param name="squeeze">The forward half.</param>
    /// <param name="depthwise">The unit that is squeezed and gated.</param>
    /// <param name="sums">Sums over positions; the first of every block is the gradient of its gates.</param>
    /// <returns>A vector of every image.</returns>
    public Operand Plan(string name, PlannedSqueeze squeeze, PlannedUnit depthwise, Operand sums)
    {
        int channels = depthwise.Output.Channels;
        int squeezed = squeeze.Unit.Reduction.Output.Channels;
        int hiddenBlocks = MapLayout.Blocks(squeezed);
        Operand logits = plan.Vector(name + ": gradient of the gates", depthwise.Blocks);
        plan.Call(name + ": gradient of the gates", new SigmoidBackwardKernel(), Sharing.Images, null, sums, squeeze.Gate, logits, Operand.Number(depthwise.Blocks));
        FullyConnectedGradient(name + " expansion", squeeze.Excite, squeeze.Expansion, squeeze.Hidden, logits);
        Operand hidden = FullyConnectedInput(name + " expansion", squeeze.Excite, squeeze.Expansion, logits, squeezed);
        plan.Call(name + ": gradient of the activation", new VectorActivationBackwardKernel(squeeze.Unit.Activation), Sharing.Images, null, hidden, squeeze.RawHidden, hidden, Operand.Number(hiddenBlocks));
        FullyConnectedGradient(name + " reduction", squeeze.Reduce, squeeze.Reduction, squeeze.Pooled, hidden);
        Operand pooled = FullyConnectedInput(name + " reduction", squeeze.Reduce, squeeze.Reduction, hidden, channels);
        plan.Call(name + ": gradient of the mean", new VectorMeanKernel(), Sharing.Images, null, pooled, pooled, Operand.Number(depthwise.Blocks), Operand.Number(depthwise.Output.Positions));
        return pooled;
    }

    /// <summary>dW += x ⊗ dy, summed over the images by one worker for each panel.</summary>
    public void FullyConnectedGradient(string name, FullyConnectedKernel layer, ConvolutionPlace place, Operand x, Operand dy)
    {
        var matrix = new PanelLayout(layer.Reduction, layer.Outputs, layer.PanelBlocks);
        plan.Call(name + ": gradient of the weights", new FullyConnectedGradientKernel(), Sharing.Pieces, layer.Panels,
            [x, dy, place.Gradients, Operand.Images, .. Operand.Numbers(FullyConnectedGradientKernel.Geometry(matrix))]);
    }

    /// <summary>dx = Wᵀ · dy of every image.</summary>
    public Operand FullyConnectedInput(string name, FullyConnectedKernel layer, ConvolutionPlace place, Operand dy, int inputs)
    {
        FullyConnectedKernel back = FullyConnectedKernel.Of(layer.Outputs, inputs);
        Operand transposed = plan.Transposed(name, new PanelLayout(inputs, layer.Outputs, layer.PanelBlocks), back.PanelBlocks, place.Weights);
        Operand dx = plan.Vector(name + ": gradient of its input", MapLayout.Blocks(inputs));
        plan.Call(name + ": gradient of its input", back, Sharing.ImagesAndPieces, back.Panels, dy, transposed, dx);
        return dx;
    }
}
