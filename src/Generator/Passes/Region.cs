using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Infrastructure;

namespace EfficientNet.Compiler.Passes;

/// <summary>A run of operations that one piece of generated code computes together.</summary>
/// <param name="Name">Name of the block it belongs to.</param>
internal abstract record Region(string Name)
{
    /// <summary>The map (or vector) the region leaves behind.</summary>
    public abstract Op Output { get; }
}

/// <summary>The stem alone, where no depthwise convolution reads it directly.</summary>
internal sealed record StemRegion(string Name, ConvolutionOp Stem) : Region(Name)
{
    public override Op Output => Stem;
}

/// <summary>
/// Producer → depthwise (→ squeeze): the producer's map exists only as a few rows at a time.
/// The producer is the expansion, the stem, or nothing, where the depthwise reads a stored map.
/// </summary>
internal sealed record DepthwiseRegion(string Name, ConvolutionOp? Producer, ConvolutionOp Depthwise, SqueezeExcite? SqueezeExcite) : Region(Name)
{
    public override Op Output => Depthwise;

    public bool ProducedByStem => Producer is { Geometry.Kernel: > 1 };
}

/// <summary>Pool → reduction → expansion → sigmoid: the gate of every channel of the depthwise map.</summary>
internal sealed record SqueezeExcite(GlobalAveragePoolOp Pool, ConvolutionOp Reduction, ConvolutionOp Expansion, ScaleOp Scale);

/// <summary>Projection (+ residual), reading the gated depthwise map.</summary>
internal sealed record ProjectionRegion(string Name, ConvolutionOp Projection, Op Source, SqueezeExcite? SqueezeExcite, AddOp? Residual) : Region(Name)
{
    public override Op Output => (Op?)Residual ?? Projection;
}

/// <summary>
/// A fused block: dense k×k convolution → projection (+ residual), of which only the last map is stored. Without an expansion there is no projection, and the
/// residual is added behind the activation.
/// </summary>
internal sealed record FusedMBConvRegion(string Name, ConvolutionOp Dense, ConvolutionOp? Projection, AddOp? Residual) : Region(Name)
{
    public override Op Output => Residual ?? (Op?)Projection ?? Dense;
}

/// <summary>Head convolution and global average pooling; the head's map is never stored.</summary>
internal sealed record HeadRegion(string Name, ConvolutionOp? Head, Op Source, GlobalAveragePoolOp Pool) : Region(Name)
{
    public override Op Output => Pool;
}

/// <summary>The classifier.</summary>
internal sealed record ClassifierRegion(string Name, LinearOp Classifier) : Region(Name)
{
    public override Op Output => Classifier;
}

/// <summary>The network as a list of regions, in the order in which they run.</summary>
internal sealed record RegionList(Network Network, EquatableArray<Region> Regions);
