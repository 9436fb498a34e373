using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Passes.Training;

namespace EfficientNet.Compiler.Planning.Training;

/// <summary>Plans the forward half of a training step: raw maps are kept, activated ones are made where they are read.</summary>
internal sealed class TrainingPlanner(bool guarded)
{
    private readonly TrainingPlanBuilder _plan = new(guarded);
    private readonly ParameterLayout _parameters = new();

    /// <summary>Plans a whole training step.</summary>
    /// <param name="network">The whole graph, training operations included.</param>
    /// <param name="guarded">Whether memory that belongs to nobody lies around slots and scratch, for a network that checks itself.</param>
    public static TrainingPlan Plan(Network network, bool guarded)
    {
        var planner = new TrainingPlanner(guarded);
        List<TrainingPart> parts = TrainingUnits.Apply(network).ToList();
        var planned = new List<PlannedPart>();
        Operand map = new(Buffer.Input, 0, network.Ops[0].Output.Elements);
        for (int i = 0; i < parts.Count; i++)
        {
            planner._parameters.BeginPart();
            PlannedPart part = parts[i] switch
            {
                StemPart stem => planner.Stem(stem, map),
                BlockPart block => planner.Block(block, map),
                FusedPart fused => planner.Fused(fused, map),
                HeadPart head => planner.Head(head, map),
                _ => throw new InvalidOperationException($"no plan for {parts[i].GetType().Name}"),
            };
            planned.Add(part);
            planner._plan.EndSection(part.Name, i, backward: false);
            if (part is not PlannedHead) map = part.Output;
        }

        new BackwardPlanner(planner._plan).Plan(planned);
        return planner._plan.Finish(planner._parameters);
    }

    private PlannedStem Stem(StemPart part, Operand image)
    {
        ConvolutionOp c = part.Stem.Convolution;
        int panel = TileSelector.GroupBlocks(MapLayout.Blocks(c.Output.Channels), c.Output.Width, c.InputsPerGroup * c.Geometry.Kernel * c.Geometry.Kernel);
        var kernel = new StemMapKernel(c.InputShape, c.Output, c.Geometry, panel, ActivationKind.None);
        PlannedUnit unit = Unit("stem", part.Stem, _parameters.AddPanels(c, kernel.Reduction, panel), image);
        _plan.Call("stem", kernel, Sharing.ImagesAndPieces, c.Output.Height, image, unit.Weights, unit.Raw, _plan.Scratch(kernel.ScratchFloats));
        Normalise("stem", unit);
        return new PlannedStem(part, unit, Narrow("stem", unit, mask: null, residual: null));
    }

    private PlannedBlock Block(BlockPart part, Operand input)
    {
        string name = part.Name;
        Operand? mask = part.Depth is { } depth ? _plan.Mask(name, depth.Rate, 1) : null;
        PlannedUnit? expansion = part.Expansion is null ? null : Pointwise(name + " expansion", part.Expansion, input);
        PlannedUnit depthwise = Depthwise(name + " depthwise", part, input, expansion);
        PlannedSqueeze? squeeze = part.Squeeze is null ? null : Squeeze(name + " squeeze-excite", part.Squeeze, depthwise);
        PlannedUnit projection = Projection(name + " projection", part.Projection, depthwise, squeeze);
        Operand output = Narrow(name, projection, mask, part.Residual ? input : null);
        return new PlannedBlock(part, input, expansion, depthwise, squeeze, projection, mask, output);
    }

    private PlannedFused Fused(FusedPart part, Operand input)
    {
        string name = part.Name;
        Operand? mask = part.Depth is { } depth ? _plan.Mask(name, depth.Rate, 1) : null;
        PlannedUnit dense = Dense(part.Dense.Convolution.Name, part.Dense, input);
        PlannedUnit? projection = part.Projection is null ? null : Projection(name + " projection", part.Projection, dense, squeeze: null);
        Operand output = Narrow(name, projection ?? dense, mask, part.Residual ? input : null);
        return new PlannedFused(part, input, dense, projection, mask, output);
    }

    private PlannedHead Head(HeadPart part, Operand input)
    {
        PlannedUnit? head = part.Head is null ? null : Pointwise("head", part.Head, input);
        Shape map = head?.Output ?? part.Input;
        int blocks = MapLayout.Blocks(map.Channels);
        Operand features = _plan.Vector("features", blocks);
        Operand affine = head?.Affine ?? Identity("features", blocks);
        _plan.Call("features", new ActivationPoolKernel(head?.Unit.Activation ?? ActivationKind.None),
            Sharing.ImagesAndPieces, blocks, head?.Raw ?? input, affine, features, Operand.Number(map.Positions));
        Operand? mask = null;
        Operand kept = features;
        if (part.Dropout is { } dropout)
        {
            mask = _plan.Mask("dropout", dropout.Rate, map.Channels);
            kept = _plan.Vector("features after dropout", blocks);
            _plan.Call("dropout", new VectorProductKernel(), Sharing.Images, null, features, mask, kept, Operand.Number(blocks));
        }

        LinearOp linear = part.Classifier;
        FullyConnectedKernel kernel = FullyConnectedKernel.Of(linear.InputChannels, linear.Output.Channels);
        ConvolutionPlace place = _parameters.AddClassifier(linear, kernel);
        int classBlocks = MapLayout.Blocks(linear.Output.Channels);
        Operand logits = new(Buffer.Logits, 0, (long)classBlocks * MapLayout.Lanes);
        _plan.Call("classifier", kernel, Sharing.ImagesAndPieces, kernel.Panels, kept, place.Weights, logits);
        Operand gradient = _plan.Vector("gradient of the logits", classBlocks);
        Operand targets = new(Buffer.Targets, 0, 0);
        Operand loss = new(Buffer.Loss, 0, 0);
        Operand options = new(Buffer.LossOptions, 0, 0);
        _plan.Call(When.SingleLabel, "softmax, cross-entropy", new SoftmaxCrossEntropyKernel(linear.Output.Channels), Sharing.Images, null, logits, targets, options, loss, gradient);
        _plan.Call(When.MultiLabel, "sigmoid, binary cross-entropy", new BinaryCrossEntropyKernel(linear.Output.Channels), Sharing.Images, null, logits, targets, options, loss, gradient);
        return new PlannedHead(part, input, head, affine, features, kept, mask, kernel, place, gradient);
    }

    private PlannedUnit Pointwise(string name, ConvolutionUnit unit, Operand input)
    {
        ConvolutionOp c = unit.Convolution;
        PointwiseMapKernel kernel = PointwiseKernels.Of(c.InputShape.Channels, c.Output);
        PlannedUnit planned = Unit(name, unit, _parameters.AddPanels(c, kernel.Reduction, kernel.PanelBlocks), input);
        _plan.Call(name, kernel, Sharing.ImagesAndPieces, null, input, planned.Weights, planned.Raw);
        Normalise(name, planned);
        return planned;
    }

    private PlannedUnit Dense(string name, ConvolutionUnit unit, Operand input)
    {
        PlannedUnit planned = Unit(name, unit, _parameters.AddDense(unit.Convolution, FusedMBConvKernel.Raw(unit.Convolution)), input);
        (FusedMBConvKernel kernel, Operand weights) = new DenseConvolution(_plan, name, planned).Forward();
        _plan.Call(name, kernel, Sharing.ImagesAndPieces, kernel.Bands, input, weights, planned.Raw, _plan.Scratch(kernel.ScratchFloats));
        Normalise(name, planned);
        return planned;
    }

    private PlannedUnit Depthwise(string name, BlockPart part, Operand input, PlannedUnit? expansion)
    {
        PlannedUnit unit = Unit(name, part.Depthwise, _parameters.AddDepthwise(part.Depthwise.Convolution), expansion?.Raw ?? input);
        FusedDepthwiseKernel kernel = DepthwiseKernel(part.Depthwise.Convolution, expansion);
        Operand scratch = _plan.Scratch(kernel.ScratchFloats);
        Operand[] operands = expansion is null
            ? [input, unit.Weights, unit.Raw, scratch, Operand.NoTrace]
            : [expansion.Raw, expansion.Affine, unit.Weights, unit.Raw, scratch, Operand.NoTrace];
        _plan.Call(name, kernel, Sharing.ImagesAndPieces, kernel.Groups * kernel.Bands, operands);
        Normalise(name, unit);
        return unit;
    }

    /// <summary>The inference pass's ring of rows, filled with activated rows of the expansion's raw map, or with rows of the stored one.</summary>
    private static FusedDepthwiseKernel DepthwiseKernel(ConvolutionOp c, PlannedUnit? expansion)
    {
        int blocks = MapLayout.Blocks(c.Output.Channels);
        // The groups of the inference pass, so that the rows' kernels are the same.
        int groupBlocks = TileSelector.GroupBlocks(blocks, c.InputShape.Width, expansion?.Unit.Convolution.InputShape.Channels ?? 1);
        return new FusedDepthwiseKernel
        {
            Producer = expansion is null ? ProducerKind.None : ProducerKind.Normalise,
            Source = c.InputShape,
            Expanded = c.InputShape,
            Output = c.Output,
            ProducerGeometry = ConvolutionGeometry.Pointwise,
            Depthwise = c.Geometry,
            ProducerActivation = expansion?.Unit.Activation ?? ActivationKind.None,
            DepthwiseActivation = ActivationKind.None,
            GroupBlocks = groupBlocks,
            Bands = 1,
            Squeeze = null,
            Pooled = false,
        };
    }

    private PlannedUnit Projection(string name, ConvolutionUnit unit, PlannedUnit depthwise, PlannedSqueeze? squeeze)
    {
        ConvolutionOp c = unit.Convolution;
        int blocks = MapLayout.Blocks(c.Output.Channels);
        int panel = PointwiseKernels.PanelBlocks(c.InputShape.Channels, c.Output);
        var kernel = new NormalisedPointwiseKernel(depthwise.Output, blocks, panel, depthwise.Unit.Activation, squeeze is not null);
        PlannedUnit planned = Unit(name, unit, _parameters.AddPanels(c, kernel.Weights.Rows, panel), depthwise.Raw);
        Operand[] operands = squeeze is null
            ? [depthwise.Raw, depthwise.Affine, planned.Weights, planned.Raw, _plan.Scratch(kernel.ScratchFloats)]
            : [depthwise.Raw, depthwise.Affine, squeeze.Gate, planned.Weights, planned.Raw, _plan.Scratch(kernel.ScratchFloats)];
        _plan.Call(name, kernel, Sharing.ImagesAndPieces, kernel.Runs, operands);
        Normalise(name, planned);
        return planned;
    }

    private PlannedSqueeze Squeeze(string name, SqueezeUnit unit, PlannedUnit depthwise)
    {
        int channels = depthwise.Output.Channels;
        int squeezed = unit.Reduction.Output.Channels;
        int squeezeBlocks = MapLayout.Blocks(squeezed);
        FullyConnectedKernel reduce = FullyConnectedKernel.Of(channels, squeezed);
        FullyConnectedKernel excite = FullyConnectedKernel.Of(squeezed, channels);
        ConvolutionPlace reduction = _parameters.AddPanels(unit.Reduction, MapLayout.PaddedReduction(channels), reduce.PanelBlocks);
        ConvolutionPlace expansion = _parameters.AddPanels(unit.Expansion, MapLayout.PaddedReduction(squeezed), excite.PanelBlocks);
        Operand pooled = _plan.Vector(name + ", squeezed", depthwise.Blocks);
        Operand raw = _plan.Vector(name + ", reduced", squeezeBlocks);
        Operand hidden = _plan.Vector(name + ", activated", squeezeBlocks);
        Operand logits = _plan.Vector(name + ", expanded", depthwise.Blocks);
        Operand gate = _plan.Vector(name + ", gates", depthwise.Blocks);
        _plan.Call(name + ": mean", new ActivationPoolKernel(depthwise.Unit.Activation),
            Sharing.ImagesAndPieces, depthwise.Blocks, depthwise.Raw, depthwise.Affine, pooled, Operand.Number(depthwise.Output.Positions));
        _plan.Call(name + ": reduction", reduce, Sharing.ImagesAndPieces, reduce.Panels, pooled, reduction.Weights, raw);
        _plan.Call(name + ": activation", new VectorActivationKernel(unit.Activation), Sharing.Images, null, raw, hidden, Operand.Number(squeezeBlocks));
        _plan.Call(name + ": expansion", excite, Sharing.ImagesAndPieces, excite.Panels, hidden, expansion.Weights, logits);
        _plan.Call(name + ": gates", new VectorSigmoidKernel(), Sharing.Images, null, logits, gate, Operand.Number(depthwise.Blocks));
        return new PlannedSqueeze(unit, reduction, expansion, reduce, excite, pooled, raw, hidden, gate);
    }

    /// <summary>The narrow map that a part leaves behind: its last unit, normalised, masked, added to the shortcut.</summary>
    private Operand Narrow(string name, PlannedUnit unit, Operand? mask, Operand? residual)
    {
        Operand output = _plan.Map(name, MapLayout.Floats(unit.Output));
        Operand plane = Operand.Number(MapLayout.Plane(unit.Output));
        var kernel = new NormaliseKernel(unit.Unit.Activation, Gate: false, Mask: mask is not null, Residual: residual is not null);
        Operand[] operands = new[] { unit.Raw, unit.Affine, mask, residual, output, Operand.Number(unit.Output.Positions), plane, plane }.OfType<Operand>().ToArray();
        _plan.Call(name + (residual is null ? "" : " + shortcut"), kernel, Sharing.ImagesAndPieces, unit.Blocks, operands);
        return output;
    }

    private PlannedUnit Unit(string name, ConvolutionUnit unit, ConvolutionPlace place, Operand input)
    {
        NormPlace? norm = unit.Norm is null ? null : _parameters.Add(unit.Norm);
        return new PlannedUnit(unit, place, norm, input, _plan.Map(name, MapLayout.Floats(unit.Output)), _plan.Record(name + " scale and shift", 4L * MapLayout.Blocks(unit.Output.Channels) * MapLayout.Lanes));
    }

    /// <summary>Makes a unit's scale and shift: from batch statistics, from running ones where the part is frozen, or 1 and 0 without BatchNorm.</summary>
    private void Normalise(string name, PlannedUnit unit)
    {
        int blocks = unit.Blocks;
        if (unit.Norm is not { } norm)
        {
            _plan.Call(name + ": no BatchNorm", new IdentityKernel(IdentityForm.Affine), Sharing.Pieces, blocks, unit.Affine);
            return;
        }

        Operand positions = Operand.Number(unit.Output.Positions);
        Operand stats = _plan.Vector(name + " statistics", blocks, vectors: 3);
        var forward = new BatchNormForwardKernel(norm.Norm.Epsilon, norm.Norm.Momentum);
        _plan.Call(When.Trained, name + ": statistics", new StatisticsKernel(), Sharing.ImagesAndPieces, blocks, unit.Raw, stats, positions);
        _plan.Call(When.Trained, name + ": BatchNorm", forward, Sharing.Pieces, blocks, stats, norm.Gamma, norm.Beta, norm.Running, unit.Affine, Operand.Images, Operand.Number(blocks), positions);
        _plan.Call(When.Frozen, name + ": frozen BatchNorm", new FrozenBatchNormKernel(norm.Norm.Epsilon), Sharing.Pieces, blocks, norm.Gamma, norm.Beta, norm.Running, unit.Affine);
    }

    private Operand Identity(string name, int blocks)
    {
        Operand affine = _plan.Record(name + " identity", 4L * blocks * MapLayout.Lanes);
        _plan.Call(name + ": no BatchNorm", new IdentityKernel(IdentityForm.Affine), Sharing.Pieces, blocks, affine);
        return affine;
    }
}
