using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Planning.Training;

/// <summary>Plans the backward half of a training step: part by part from the loss to the image.</summary>
/// <remarks>
/// Every unit is E = conv(x), u = scale · E + shift, a = act(u), and its adjoint d = da · act'(u), dE = A · d + B + C · (E − mean):
/// the channel's A, B and C ("slope") are found from sums over all images, because mean and variance depend on all of them.
/// </remarks>
internal sealed class BackwardPlanner(TrainingPlanBuilder plan)
{
    /// <summary>Weights, or what tiles multiply in their place, as a part of an image's input and output, up to which every image has a share of its own in their gradient.</summary>
    private const double LargestShare = 0.25;

    public void Plan(IReadOnlyList<PlannedPart> parts)
    {
        Operand? gradient = null;
        for (int i = parts.Count - 1; i >= 0; i--)
        {
            gradient = parts[i] switch
            {
                PlannedHead head => Head(head),
                PlannedBlock block => Block(block, gradient!),
                PlannedFused fused => Fused(fused, gradient!),
                PlannedStem stem => Stem(stem, gradient!),
                _ => throw new InvalidOperationException($"no adjoint for {parts[i].GetType().Name}"),
            };
            plan.EndSection(parts[i].Name, i, backward: true);
        }
    }

    private Operand Head(PlannedHead head)
    {
        Shape map = head.Head?.Output ?? head.Part.Input;
        int blocks = MapLayout.Blocks(map.Channels);
        var squeeze = new SqueezeBackward(plan);
        squeeze.FullyConnectedGradient("classifier", head.FullyConnected, head.Classifier, head.Kept, head.LogitsGradient);
        Operand features = squeeze.FullyConnectedInput("classifier", head.FullyConnected, head.Classifier, head.LogitsGradient, head.Part.Classifier.InputChannels);
        if (head.Mask is { } mask)
        {
            plan.Call("gradient of dropout", new VectorProductKernel(), Sharing.Images, null, features, mask, features, Operand.Number(blocks));
        }

        // Every position of the pooled map has the same gradient.
        plan.Call("gradient of the mean", new VectorMeanKernel(), Sharing.Images, null, features, features, Operand.Number(blocks), Operand.Number(map.Positions));
        if (head.Head is not { } unit)
        {
            Operand spread = plan.Map("gradient of the pooled map", MapLayout.Floats(map));
            Operand identity = plan.Record("gradient of the pooled map, identity", 3L * blocks * MapLayout.Lanes);
            plan.Call("no BatchNorm", new IdentityKernel(IdentityForm.Slope), Sharing.Pieces, blocks, identity);
            plan.Call("gradient of the pooled map", new BackwardMapKernel(ActivationKind.None, BackwardForm.Broadcast, Mask: false),
                Sharing.ImagesAndPieces, blocks, head.Input, head.Affine, identity, features, spread, Operand.Number(map.Positions));
            return spread;
        }

        Operand slope = Slope("head", unit, BackwardForm.Broadcast, new GradientSource(null, null, null, features));
        Operand gradient = plan.Map("gradient of the head's raw map", MapLayout.Floats(map));
        plan.Call("head: gradient of the raw map", new BackwardMapKernel(unit.Unit.Activation, BackwardForm.Broadcast, Mask: false),
            Sharing.ImagesAndPieces, blocks, unit.Raw, unit.Affine, slope, features, gradient, Operand.Number(map.Positions));
        return Pointwise("head", unit, gradient, residual: null);
    }

    private Operand Block(PlannedBlock block, Operand gradient)
    {
        string name = block.Name;
        PlannedUnit projection = block.Projection, depthwise = block.Depthwise;
        Operand dy = Map(name + " projection", projection, BackwardForm.Map, new GradientSource(gradient, block.Mask, null, null), inPlace: !block.Part.Residual);

        Operand? shares = Shares(name + " depthwise", depthwise);
        Operand wide = Projection(name + " projection", projection, depthwise, block.Squeeze?.Gate, dy);
        Operand dd;
        if (block.Squeeze is { } squeeze)
        {
            Operand sums = Sums(name + " depthwise", depthwise, BackwardForm.Gated, new GradientSource(wide, null, null, null));
            Operand pooled = new SqueezeBackward(plan).Plan(name + " squeeze-excite", squeeze, depthwise, sums);
            var source = new GradientSource(wide, null, squeeze.Gate, pooled);
            Operand slope = SlopeOf(name + " depthwise", depthwise, BackwardForm.Gated, sums, source);
            dd = RawGradient(name + " depthwise", depthwise, BackwardForm.Gated, source, slope, inPlace: true);
        }
        else
        {
            dd = Map(name + " depthwise", depthwise, BackwardForm.Map, new GradientSource(wide, null, null, null), inPlace: true);
        }

        return Depthwise(block, shares, dd, block.Part.Residual ? gradient : null);
    }

    private Operand Fused(PlannedFused block, Operand gradient)
    {
        PlannedUnit dense = block.Dense;
        var source = new GradientSource(gradient, block.Mask, null, null);
        bool inPlace = !block.Part.Residual;
        if (block.Projection is { } projection)
        {
            string name = block.Name + " projection";
            Operand dy = Map(name, projection, BackwardForm.Map, source, inPlace);
            (source, inPlace) = (new GradientSource(Projection(name, projection, dense, gate: null, dy), null, null, null), true);
        }

        var convolution = new DenseConvolution(plan, block.DenseName, dense);
        Operand? shares = Shares(block.DenseName, dense, convolution.GradientFloats);
        Operand dd = Map(block.DenseName, dense, BackwardForm.Map, source, inPlace);
        return Dense(block.DenseName, dense, convolution, shares, dd, block.Part.Residual ? gradient : null);
    }

    /// <summary>Weight and input gradient of a projection: dW = z ⊗ dy and dz = Wᵀ · dy, where z is what it reads, activated and gated.</summary>
    private Operand Projection(string name, PlannedUnit projection, PlannedUnit source, Operand? gate, Operand dy)
    {
        Prepared prepared = Prepare(name, projection, residual: false);
        var panels = new PanelLayout(source.Output.Channels, projection.Output.Channels, projection.Place.PanelBlocks);
        var weights = new NormalisedWeightGradientKernel(panels, source.Output.Positions, source.Unit.Activation, gate is not null, projection.Unit.Convolution.HasBias);
        WeightGradient(name + ": gradient of the weights", projection, prepared.Shares, weights, weights.Pieces, last: false,
            dw => [source.Raw, source.Affine, gate, dy, dw, plan.Scratch(weights.ScratchFloats)]);
        return PointwiseInput(name, projection, prepared, dy, residual: null);
    }

    /// <summary>Weight and input gradient of a dense convolution of a stored map.</summary>
    private Operand Dense(string name, PlannedUnit unit, DenseConvolution convolution, Operand? shares, Operand dy, Operand? residual)
    {
        (Kernel kernel, int pieces, long scratch, Operand turned) = convolution.InputGradient(residual is not null);
        if (convolution.WeightGradientByTiles is { } tiles)
        {
            convolution.AddWeightGradient(tiles, shares, dy);
        }
        else
        {
            ConvolutionWeightGradientKernel weights = convolution.WeightGradient;
            WeightGradient(name + ": gradient of the weights", unit, shares, weights, weights.Panels, last: false, dw => [unit.Input, dy, dw, plan.Scratch(weights.ScratchFloats)]);
        }

        Operand dx = plan.Map(name + ": gradient of its input", MapLayout.Floats(unit.Unit.Convolution.InputShape));
        Operand[] operands = new[] { dy, turned, dx, residual, plan.Scratch(scratch) }.OfType<Operand>().ToArray();
        plan.Call(name + ": gradient of its input", kernel, Sharing.ImagesAndPieces, pieces, operands);
        return dx;
    }

    private Operand Depthwise(PlannedBlock block, Operand? shares, Operand dd, Operand? residual)
    {
        string name = block.Name + " depthwise";
        PlannedUnit unit = block.Depthwise;
        ConvolutionOp c = unit.Unit.Convolution;
        Operand gradient = plan.Map(name + ": gradient of its input", MapLayout.Floats(c.InputShape));
        var source = new DepthwiseSource(Normalised: block.Expansion is not null, block.Expansion?.Unit.Activation ?? ActivationKind.None, Residual: block.Expansion is null && residual is not null);
        var kernel = new DepthwiseBackwardKernel { Input = c.InputShape, Output = c.Output, Geometry = c.Geometry, Source = source, Bias = c.HasBias };
        Operand scratch = plan.Scratch(kernel.ScratchFloats);
        if (block.Expansion is not { } expansion)
        {
            WeightGradient(name + ": gradients", unit, shares, kernel, unit.Blocks, last: true, dw => [unit.Input, dd, unit.Weights, residual, gradient, dw, scratch]);
            return gradient;
        }

        Operand sums = plan.Vector(name + " sums", unit.Blocks, vectors: 2);
        WeightGradient(name + ": gradients", unit, shares, kernel, unit.Blocks, last: false, dw => [expansion.Raw, expansion.Affine, dd, unit.Weights, gradient, dw, sums, scratch]);

        // The activation's derivative is in already: what is left is BatchNorm's own adjoint.
        string above = block.Name + " expansion";
        Operand slope = SlopeOf(above, expansion, BackwardForm.Map, sums, new GradientSource(gradient, null, null, null));
        plan.Call(above + ": gradient of the raw map", new BackwardMapKernel(ActivationKind.None, BackwardForm.Map, Mask: false),
            Sharing.ImagesAndPieces, expansion.Blocks, gradient, expansion.Raw, expansion.Affine, slope, gradient, Operand.Number(expansion.Output.Positions));
        return Pointwise(above, expansion, gradient, residual);
    }

    private Operand Stem(PlannedStem part, Operand gradient)
    {
        PlannedUnit unit = part.Stem;
        ConvolutionOp c = unit.Unit.Convolution;
        Operand? shares = Shares("stem", unit);
        Operand dy = Map("stem", unit, BackwardForm.Map, new GradientSource(gradient, null, null, null), inPlace: true);
        var weights = new StemGradientKernel(c.InputShape, c.Output, c.Geometry, unit.Place.PanelBlocks, c.HasBias);
        WeightGradient("stem: gradient of the weights", unit, shares, weights, weights.Blocks, last: true, dw => [unit.Input, dy, dw, plan.Scratch(weights.ScratchFloats)]);
        Operand image = new(Buffer.InputGradient, 0, c.InputShape.Elements);
        var input = new StemInputGradientKernel(c.InputShape, c.Output, c.Geometry, unit.Place.PanelBlocks);
        plan.Call(When.ImageGradient, "gradient of the image", input, Sharing.ImagesAndPieces, c.InputShape.Height, dy, unit.Weights, image, plan.Scratch(input.ScratchFloats));
        return image;
    }

    /// <summary>Weight and input gradient of a pointwise convolution of a stored map.</summary>
    private Operand Pointwise(string name, PlannedUnit unit, Operand dy, Operand? residual)
    {
        ConvolutionOp c = unit.Unit.Convolution;
        var panels = new PanelLayout(c.InputShape.Channels, c.Output.Channels, unit.Place.PanelBlocks);
        var kernel = new WeightGradientKernel(panels, c.Output.Positions, c.HasBias);
        Prepared prepared = Prepare(name, unit, residual is not null);
        WeightGradient(name + ": gradient of the weights", unit, prepared.Shares, kernel, kernel.Pieces, last: false, dw => [unit.Input, dy, dw]);
        return PointwiseInput(name, unit, prepared, dy, residual);
    }

    /// <summary>
    /// Adds to the gradient of a convolution's weights: in a share for every image, which are then summed, so that an image's maps stay with one worker;
    /// where such shares would be as large as the maps, piece by piece of the weights for all images.
    /// </summary>
    /// <param name="name">For comments.</param>
    /// <param name="unit">The convolution.</param>
    /// <param name="shares">The images' shares, cleared; null where there are none.</param>
    /// <param name="kernel">What adds one image's products.</param>
    /// <param name="pieces">The kernel's pieces.</param>
    /// <param name="last">Whether the part may end here: otherwise the next call need not wait for the sums.</param>
    /// <param name="operands">The kernel's operands, given the gradient.</param>
    private void WeightGradient(string name, PlannedUnit unit, Operand? shares, Kernel kernel, int pieces, bool last, Func<Operand, IEnumerable<Operand?>> operands)
    {
        Operand gradient = unit.Place.Gradients;
        plan.Call(name, kernel, shares is null ? Sharing.PiecesOfAllImages : Sharing.ImagesAndPieces, pieces, operands(shares ?? gradient).OfType<Operand>().ToArray());
        if (shares is null) return;
        plan.Call(name + ", of all images", new VectorSumKernel(), Sharing.Pieces, (int)(unit.Place.Floats / MapLayout.Lanes), shares, gradient, Operand.Images, Operand.ImageStride);
        if (!last) plan.Join();
    }

    /// <summary>Shares of the images in the gradient of a convolution's weights, cleared beside the next call; null where there are none.</summary>
    private Operand? Shares(string name, PlannedUnit unit, long? gradientFloats = null)
    {
        ConvolutionOp c = unit.Unit.Convolution;
        long floats = gradientFloats ?? unit.Place.Floats;
        if (floats > LargestShare * (MapLayout.Floats(c.InputShape) + MapLayout.Floats(c.Output))) return null;
        Operand shares = plan.Map(name + ": shares in the gradient of the weights", floats);
        plan.Call(name + ": shares cleared", new VectorClearKernel(), Sharing.ImagesAndPieces, (int)(floats / MapLayout.Lanes), shares);
        plan.Join();
        return shares;
    }

    /// <summary>What the gradients of a pointwise convolution need before they begin.</summary>
    private Prepared Prepare(string name, PlannedUnit unit, bool residual)
    {
        Operand? shares = Shares(name, unit);
        Shape input = unit.Unit.Convolution.InputShape;
        PointwiseMapKernel kernel = PointwiseKernels.Of(unit.Output.Channels, input, residual);
        Operand transposed = plan.Transposed(name, new PanelLayout(input.Channels, unit.Output.Channels, unit.Place.PanelBlocks), kernel.PanelBlocks, unit.Weights);
        return new Prepared(shares, transposed, kernel);
    }

    /// <summary>dx = Wᵀ · dy (+ the gradient that comes along the shortcut).</summary>
    private Operand PointwiseInput(string name, PlannedUnit unit, Prepared prepared, Operand dy, Operand? residual)
    {
        (_, Operand transposed, PointwiseMapKernel kernel) = prepared;
        Operand dx = plan.Map(name + ": gradient of its input", MapLayout.Floats(unit.Unit.Convolution.InputShape));
        Operand[] operands = new[] { dy, transposed, dx, residual }.OfType<Operand>().ToArray();
        plan.Call(name + ": gradient of its input", kernel, Sharing.ImagesAndPieces, null, operands);
        return dx;
    }

    /// <summary>From the gradient of a unit's activated map to that of its raw map.</summary>
    private Operand Map(string name, PlannedUnit unit, BackwardForm form, GradientSource source, bool inPlace) =>
        RawGradient(name, unit, form, source, Slope(name, unit, form, source), inPlace);

    private Operand Slope(string name, PlannedUnit unit, BackwardForm form, GradientSource source) =>
        SlopeOf(name, unit, form, unit.Norm is null ? null : Sums(name, unit, form, source), source);

    private Operand Sums(string name, PlannedUnit unit, BackwardForm form, GradientSource source)
    {
        var kernel = new BackwardSumsKernel(unit.Unit.Activation, form);
        Operand sums = plan.Vector(name + " sums", unit.Blocks, kernel.Sums);
        Operand[] operands = new[] { source.Map, unit.Raw, unit.Affine, sums, Operand.Number(unit.Output.Positions) }.OfType<Operand>().ToArray();
        plan.Call(name + ": sums of the gradient", kernel, Sharing.ImagesAndPieces, unit.Blocks, operands);
        return sums;
    }

    private Operand SlopeOf(string name, PlannedUnit unit, BackwardForm form, Operand? sums, GradientSource source)
    {
        Operand slope = plan.Record(name + " slope", 3L * unit.Blocks * MapLayout.Lanes);
        if (unit.Norm is not { } norm || sums is null)
        {
            plan.Call(name + ": no BatchNorm", new IdentityKernel(IdentityForm.Slope), Sharing.Pieces, unit.Blocks, slope);
            return slope;
        }

        var kernel = new BatchNormBackwardKernel(form, Mask: source.Mask is not null);
        Operand[] operands = new[] { sums, unit.Affine, norm.Gamma, source.Mask, source.Gate, source.Pooled, slope, norm.GammaGradient, norm.BetaGradient, Operand.Images, Operand.Number(unit.Blocks), Operand.Number(unit.Output.Positions) }.OfType<Operand>().ToArray();
        plan.Call(name + ": gradient of BatchNorm", kernel, Sharing.Pieces, unit.Blocks, operands);
        return slope;
    }

    private Operand RawGradient(string name, PlannedUnit unit, BackwardForm form, GradientSource source, Operand slope, bool inPlace)
    {
        Operand gradient = inPlace ? source.Map! : plan.Map(name + ": gradient of the raw map", MapLayout.Floats(unit.Output));
        var kernel = new BackwardMapKernel(unit.Unit.Activation, form, source.Mask is not null);
        Operand[] operands = new[] { source.Map, unit.Raw, unit.Affine, slope, source.Gate, source.Pooled, source.Mask, gradient, Operand.Number(unit.Output.Positions) }.OfType<Operand>().ToArray();
        plan.Call(name + ": gradient of the raw map", kernel, Sharing.ImagesAndPieces, unit.Blocks, operands);
        return gradient;
    }
}

/// <summary>What the gradients of a pointwise convolution need before they begin.</summary>
/// <param name="Shares">The images' shares in the gradient of the weights, cleared; null where there are none.</param>
/// <param name="Transposed">The weights transposed.</param>
/// <param name="Kernel">The convolution with them.</param>
internal sealed record Prepared(Operand? Shares, Operand Transposed, PointwiseMapKernel Kernel);

/// <summary>Where the gradient of an activated map comes from: a map, times a mask or a gate, plus what comes through the mean over positions.</summary>
/// <param name="Map">The map; null where only a mean was read.</param>
/// <param name="Mask">Stochastic depth's factor of every image.</param>
/// <param name="Gate">The factor of every channel.</param>
/// <param name="Pooled">What every position of a channel gets through the mean.</param>
internal sealed record GradientSource(Operand? Map, Operand? Mask, Operand? Gate, Operand? Pooled);
