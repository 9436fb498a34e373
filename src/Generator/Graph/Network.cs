using EfficientNet.Compiler.Infrastructure;

namespace EfficientNet.Compiler.Graph;

/// <summary>The graph: operations in an order in which every input precedes its use; the last one makes the logits.</summary>
/// <param name="Ops">The operations; after a pass, numbers may have gaps, but their order holds.</param>
/// <param name="Blocks">The tensors that have a name of their own: stem, every block, head, features.</param>
internal sealed record Network(EquatableArray<Op> Ops, EquatableArray<BlockMark> Blocks)
{
    public Op this[int id] => Ops.First(op => op.Id == id);

    public IEnumerable<Op> UsersOf(int id) => Ops.Where(op => op.Inputs.Contains(id));

    /// <summary>Whether a convolution is a fused block's dense one: apart from those only the stem, which reads the image, has a kernel of more than one tap that is not depthwise.</summary>
    public bool IsFused(ConvolutionOp c) => !c.Depthwise && c.Geometry.Kernel > 1 && this[c.Input] is not InputOp;

    /// <summary>Learned numbers, running statistics left out, as published counts do.</summary>
    public long Parameters => Ops.Sum(ParametersOf);

    public long MultiplyAdds => Ops.Sum(MultiplyAddsOf);

    public static long ParametersOf(Op op) => op switch
    {
        ConvolutionOp c => c.WeightCount + (c.HasBias ? c.Output.Channels : 0) + (c.BatchNorm is null ? 0 : 2L * c.Output.Channels),
        BatchNormOp b => 2L * b.Output.Channels,
        LinearOp l => l.WeightCount + l.Output.Channels,
        _ => 0,
    };

    public static long MultiplyAddsOf(Op op) => op switch
    {
        ConvolutionOp c => c.MultiplyAdds,
        LinearOp l => l.WeightCount,
        _ => 0,
    };
}

/// <summary>A name for a tensor: <c>stem</c>, <c>3.1</c> (stage.block), <c>head</c>, <c>features</c>.</summary>
internal sealed record BlockMark(string Name, int Tensor);
