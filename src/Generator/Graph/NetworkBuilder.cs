using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Passes;

namespace EfficientNet.Compiler.Graph;

/// <summary>Builds the graph of a scaled architecture, layer by layer, training operations included.</summary>
internal sealed class NetworkBuilder
{
    private const int ImageChannels = 3;

    private readonly ArchitectureSpec _spec;
    private readonly List<Op> _ops = [];
    private readonly List<BlockMark> _marks = [];

    private NetworkBuilder(ArchitectureSpec spec) => _spec = spec;

    public static Network Build(ScaledArchitecture architecture)
    {
        var builder = new NetworkBuilder(architecture.Spec);
        int x = builder.Add(id => new InputOp(id, "input", new Shape(ImageChannels, architecture.Spec.Scaling.Resolution, architecture.Spec.Scaling.Resolution)));
        x = builder.Stem(x, architecture.StemChannels);
        foreach (BlockArchitecture block in architecture.Blocks) x = builder.Block(x, block, architecture.Blocks.Count);
        if (architecture.HeadChannels is int head) x = builder.Head(x, head);
        builder.Classifier(x);
        return new Network(builder._ops.ToEquatableArray(), builder._marks.ToEquatableArray());
    }

    private Shape ShapeOf(int tensor) => _ops[tensor].Output;

    private int Add(Func<int, Op> make)
    {
        _ops.Add(make(_ops.Count));
        return _ops.Count - 1;
    }

    private void Mark(string name, int tensor) => _marks.Add(new BlockMark(name, tensor));

    private int Stem(int x, int channels)
    {
        x = Convolve(x, "stem", channels, kernel: 3, stride: 2, depthwise: false, _spec.Biases.Stem, new("features.0.0", "conv_stem", "_conv_stem"));
        x = Normalise(x, "stem", new("features.0.1", "bn1", "_bn0"));
        x = Activate(x, "stem");
        Mark("stem", x);
        return x;
    }

    private int Block(int input, BlockArchitecture block, int blockCount)
    {
        string name = block.Name;
        int x = block.Kind == BlockKind.FusedMBConv ? FusedBranch(input, block, new FusedBlockNames(block)) : Branch(input, block, new BlockNames(block));
        if (block.Stride == 1 && ShapeOf(input) == ShapeOf(x))
        {
            double rate = _spec.StochasticDepth * block.Index / blockCount;
            int branch = x;
            if (rate > 0) branch = Add(id => new StochasticDepthOp(id, name + " stochastic depth", ShapeOf(x), x, rate));
            x = Add(id => new AddOp(id, name + " residual", ShapeOf(branch), branch, input));
        }

        Mark(name, x);
        return x;
    }

    private int Branch(int x, BlockArchitecture block, BlockNames names)
    {
        string name = block.Name;
        if (block.Expansion != 1)
        {
            x = Convolve(x, name + " expansion", block.ExpandedChannels, 1, 1, depthwise: false, _spec.Biases.Pointwise, names.Expansion);
            x = Normalise(x, name + " expansion", names.ExpansionNorm);
            x = Activate(x, name + " expansion");
        }

        x = Convolve(x, name + " depthwise", block.ExpandedChannels, block.Kernel, block.Stride, depthwise: true, _spec.Biases.Depthwise, names.Depthwise);
        x = Normalise(x, name + " depthwise", names.DepthwiseNorm);
        x = Activate(x, name + " depthwise");
        if (block.SqueezeChannels > 0) x = SqueezeExcite(x, name, block.SqueezeChannels, names);
        x = Convolve(x, name + " projection", block.OutputChannels, 1, 1, depthwise: false, _spec.Biases.Pointwise, names.Projection);
        return Normalise(x, name + " projection", names.ProjectionNorm);
    }

    /// <summary>Without an expansion the block is its dense convolution alone, which then has the activation.</summary>
    private int FusedBranch(int x, BlockArchitecture block, FusedBlockNames names)
    {
        string name = block.Name;
        bool expands = block.Expansion != 1;
        string dense = name + (expands ? " expansion" : " convolution");
        x = Convolve(x, dense, expands ? block.ExpandedChannels : block.OutputChannels, block.Kernel, block.Stride, depthwise: false, _spec.Biases.Pointwise, names.Dense);
        x = Normalise(x, dense, names.DenseNorm);
        x = Activate(x, dense);
        if (!expands) return x;
        x = Convolve(x, name + " projection", block.OutputChannels, 1, 1, depthwise: false, _spec.Biases.Pointwise, names.Projection);
        return Normalise(x, name + " projection", names.ProjectionNorm);
    }

    private int SqueezeExcite(int x, string name, int squeeze, BlockNames names)
    {
        Shape map = ShapeOf(x);
        int pooled = Add(id => new GlobalAveragePoolOp(id, name + " squeeze", new Shape(map.Channels, 1, 1), x));
        int hidden = Convolve(pooled, name + " squeeze-excite reduction", squeeze, 1, 1, depthwise: false, hasBias: true, names.SqueezeReduce);
        hidden = Activate(hidden, name + " squeeze-excite reduction");
        int gate = Convolve(hidden, name + " squeeze-excite expansion", map.Channels, 1, 1, depthwise: false, hasBias: true, names.SqueezeExpand);
        gate = Add(id => new SigmoidOp(id, name + " gate", ShapeOf(gate), gate));
        return Add(id => new ScaleOp(id, name + " excite", map, x, gate));
    }

    private int Head(int x, int channels)
    {
        int last = _spec.Stages.Count + 1;
        x = Convolve(x, "head", channels, 1, 1, depthwise: false, _spec.Biases.Head, new($"features.{last}.0", "conv_head", "_conv_head"));
        x = Normalise(x, "head", new($"features.{last}.1", "bn2", "_bn1"));
        x = Activate(x, "head");
        Mark("head", x);
        return x;
    }

    private void Classifier(int x)
    {
        int channels = ShapeOf(x).Channels;
        int features = Add(id => new GlobalAveragePoolOp(id, "features", new Shape(channels, 1, 1), x));
        Mark("features", features);
        if (_spec.Dropout > 0)
        {
            int kept = features;
            features = Add(id => new DropoutOp(id, "dropout", new Shape(channels, 1, 1), kept, _spec.Dropout));
        }

        Add(id => new LinearOp(id, "classifier", new Shape(_spec.Classes, 1, 1), features, channels, new("classifier.1", "classifier", "_fc")));
    }

    private int Convolve(int x, string name, int channels, int kernel, int stride, bool depthwise, bool hasBias, ParameterNames names)
    {
        Shape input = ShapeOf(x);
        (ConvolutionGeometry geometry, int height, int width) = ConvolutionGeometry.On(input, kernel, stride, _spec.Padding);
        return Add(id => new ConvolutionOp(id, name, new Shape(channels, height, width), x, input, geometry, depthwise, hasBias, names));
    }

    private int Normalise(int x, string name, ParameterNames names) => _spec.BatchNorm is { } norm
        ? Add(id => new BatchNormOp(id, name + " BatchNorm", ShapeOf(x), x, norm.Epsilon, norm.Momentum, names))
        : x;

    private int Activate(int x, string name) => _spec.Activation == ActivationKind.None
        ? x
        : Add(id => new ActivationOp(id, name + " activation", ShapeOf(x), x, _spec.Activation));
}
