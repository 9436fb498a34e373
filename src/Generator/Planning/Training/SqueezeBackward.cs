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
        Operand logits = Vector(name + ": gradient of the gates", depthwise.Blocks);
        plan.Call(name + ": gradient of the gates", new SigmoidBackwardKernel(depthwise.Blocks), Sharing.Images, null, sums, squeeze.Gate, logits);
        DenseGradient(name + " expansion", squeeze.Excite, squeeze.Expansion, squeeze.Hidden, logits);
        Operand hidden = DenseInput(name + " expansion", squeeze.Excite, squeeze.Expansion, logits, squeezed);
        plan.Call(name + ": gradient of the activation", new VectorActivationBackwardKernel(hiddenBlocks, squeeze.Unit.Activation), Sharing.Images, null, hidden, squeeze.RawHidden, hidden);
        DenseGradient(name + " reduction", squeeze.Reduce, squeeze.Reduction, squeeze.Pooled, hidden);
        Operand pooled = DenseInput(name + " reduction", squeeze.Reduce, squeeze.Reduction, hidden, channels);
        plan.Call(name + ": gradient of the mean", new VectorScaleKernel(depthwise.Blocks, 1.0 / depthwise.Output.Positions), Sharing.Images, null, pooled, pooled);
        return pooled;
    }

    /// <summary>dW += x ⊗ dy, summed over the images by one worker for each panel.</summary>
    public void DenseGradient(string name, DenseKernel dense, ConvolutionPlace place, Operand x, Operand dy)
    {
        var kernel = new DenseGradientKernel(new PanelLayout(dense.Reduction, dense.Outputs, dense.PanelBlocks));
        plan.Call(name + ": gradient of the weights", kernel, Sharing.Pieces, dense.Panels, x, dy, place.Gradients, Operand.Images);
    }

    /// <summary>dx = Wᵀ · dy of every image.</summary>
    public Operand DenseInput(string name, DenseKernel dense, ConvolutionPlace place, Operand dy, int inputs)
    {
        DenseKernel back = DenseKernel.Of(dense.Outputs, inputs);
        var transpose = new TransposeKernel(new PanelLayout(inputs, dense.Outputs, dense.PanelBlocks), back.PanelBlocks);
        Operand transposed = plan.Record(name + " transposed", (long)transpose.To.Panels * transpose.To.Stride);
        plan.Call(name + ": weights transposed", transpose, Sharing.Pieces, transpose.To.Panels, place.Weights, transposed);
        Operand dx = Vector(name + ": gradient of its input", MapLayout.Blocks(inputs));
        plan.Call(name + ": gradient of its input", back, Sharing.ImagesAndPieces, back.Panels, dy, transposed, dx);
        return dx;
    }

    private Operand Vector(string name, int blocks) => plan.Map(name, (long)blocks * MapLayout.Lanes);
}
