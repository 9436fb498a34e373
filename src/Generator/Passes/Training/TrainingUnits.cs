using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Passes.Training;

/// <summary>A convolution with what follows it channel by channel: raw map → u = scale · map + shift → activation.</summary>
/// <param name="Convolution">Makes the raw map, which is kept for the backward pass.</param>
/// <param name="Norm">Makes scale and shift; null where they are 1 and 0.</param>
/// <param name="Activation">The activation, or none.</param>
internal sealed record ConvolutionUnit(ConvolutionOp Convolution, BatchNormOp? Norm, ActivationKind Activation)
{
    public Shape Output => Convolution.Output;
}

/// <summary>Squeeze-excite: mean over positions → reduction, activation → expansion → sigmoid.</summary>
internal sealed record SqueezeUnit(ConvolutionOp Reduction, ActivationKind Activation, ConvolutionOp Expansion);

/// <summary>A stretch of the network between two narrow maps, which are kept: what comes in and what goes out of it.</summary>
/// <param name="Name">Stem, stage.block, or head.</param>
internal abstract record TrainingPart(string Name);

/// <summary>Image → the first map.</summary>
internal sealed record StemPart(string Name, ConvolutionUnit Stem) : TrainingPart(Name);

/// <summary>Expansion → depthwise → squeeze-excite → projection → stochastic depth → residual, as far as the block has them.</summary>
internal sealed record BlockPart(string Name, Shape Input, ConvolutionUnit? Expansion, ConvolutionUnit Depthwise, SqueezeUnit? Squeeze, ConvolutionUnit Projection,
    StochasticDepthOp? Depth, bool Residual) : TrainingPart(Name);

/// <summary>Dense k×k convolution → projection → stochastic depth → residual, as far as the block has them: without an expansion it has no projection.</summary>
internal sealed record FusedPart(string Name, Shape Input, ConvolutionUnit Dense, ConvolutionUnit? Projection, StochasticDepthOp? Depth, bool Residual) : TrainingPart(Name);

/// <summary>Head convolution → mean over positions → dropout → classifier.</summary>
internal sealed record HeadPart(string Name, Shape Input, ConvolutionUnit? Head, DropoutOp? Dropout, LinearOp Classifier) : TrainingPart(Name);

/// <summary>Gathers the operations of the whole graph into parts; every operation belongs to exactly one.</summary>
internal sealed class TrainingUnits
{
    private readonly EquatableArray<Op> _ops;
    private int _next;

    private TrainingUnits(Network network) => _ops = network.Ops;

    /// <summary>The parts of a network as it was built, in the order in which they run.</summary>
    public static EquatableArray<TrainingPart> Apply(Network network)
    {
        var units = new TrainingUnits(network);
        var parts = new List<TrainingPart>();
        Op input = units.Take<InputOp>();
        parts.Add(new StemPart("stem", units.Unit(input)));
        while (units.IsFused || units.IsBlock) parts.Add(units.IsFused ? units.Fused() : units.Block());
        parts.Add(units.Head());
        if (units._next != network.Ops.Count) throw new InvalidOperationException($"no part holds '{network.Ops[units._next].Name}'");
        return parts.ToEquatableArray();
    }

    private Op Current => _ops[_next];

    private Op Last => _ops[_next - 1];

    /// <summary>Behind the stem only fused blocks have dense kernels.</summary>
    private bool IsFused => Current is ConvolutionOp { Depthwise: false, Geometry.Kernel: > 1 };

    /// <summary>A block begins with a depthwise convolution or with an expansion, which one follows.</summary>
    private bool IsBlock => Current is ConvolutionOp { Depthwise: true }
        || (Current is ConvolutionOp && _ops.Skip(_next + 1).SkipWhile(op => op is BatchNormOp or ActivationOp).FirstOrDefault() is ConvolutionOp { Depthwise: true });

    private T Take<T>() where T : Op => TakeIf<T>() ?? throw new InvalidOperationException($"'{Current.Name}' stands where {typeof(T).Name} is expected");

    private T? TakeIf<T>() where T : Op
    {
        if (_next >= _ops.Count || Current is not T op) return null;
        _next++;
        return op;
    }

    private ConvolutionUnit Unit(Op input)
    {
        var convolution = Take<ConvolutionOp>();
        if (convolution.Input != input.Id) throw new InvalidOperationException($"'{convolution.Name}' does not read '{input.Name}'");
        BatchNormOp? norm = TakeIf<BatchNormOp>();
        ActivationOp? activation = TakeIf<ActivationOp>();
        return new ConvolutionUnit(convolution, norm, activation?.Kind ?? ActivationKind.None);
    }

    private BlockPart Block()
    {
        Op input = Last;
        string name = Current.Block;
        ConvolutionUnit? expansion = Current is ConvolutionOp { Depthwise: false } ? Unit(input) : null;
        ConvolutionUnit depthwise = Unit(Last);
        SqueezeUnit? squeeze = Squeeze();
        ConvolutionUnit projection = Unit(Last);
        (StochasticDepthOp? depth, bool residual) = Shortcut(input);
        return new BlockPart(name, input.Output, expansion, depthwise, squeeze, projection, depth, residual);
    }

    private FusedPart Fused()
    {
        Op input = Last;
        string name = Current.Block;
        ConvolutionUnit dense = Unit(input);
        ConvolutionUnit? projection = Current is ConvolutionOp && Current.Block == name ? Unit(Last) : null;
        (StochasticDepthOp? depth, bool residual) = Shortcut(input);
        return new FusedPart(name, input.Output, dense, projection, depth, residual);
    }

    private (StochasticDepthOp? Depth, bool Residual) Shortcut(Op input)
    {
        StochasticDepthOp? depth = TakeIf<StochasticDepthOp>();
        AddOp? residual = TakeIf<AddOp>();
        if (residual is not null && residual.Shortcut != input.Id) throw new InvalidOperationException($"'{residual.Name}' does not add the input of its block");
        return (depth, residual is not null);
    }

    private SqueezeUnit? Squeeze()
    {
        if (TakeIf<GlobalAveragePoolOp>() is not { } pool) return null;
        ConvolutionUnit reduction = Unit(pool);
        ConvolutionUnit expansion = Unit(Last);
        Take<SigmoidOp>();
        Take<ScaleOp>();
        return new SqueezeUnit(reduction.Convolution, reduction.Activation, expansion.Convolution);
    }

    private HeadPart Head()
    {
        Op input = Last;
        ConvolutionUnit? head = Current is ConvolutionOp ? Unit(input) : null;
        Take<GlobalAveragePoolOp>();
        DropoutOp? dropout = TakeIf<DropoutOp>();
        return new HeadPart("head", input.Output, head, dropout, Take<LinearOp>());
    }
}
