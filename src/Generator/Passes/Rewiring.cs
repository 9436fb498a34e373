using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Infrastructure;

namespace EfficientNet.Compiler.Passes;

/// <summary>Which tensor stands for which after operations were removed.</summary>
internal sealed class Rewiring
{
    private readonly Dictionary<int, int> _standIns = [];

    public void Replace(int removed, int standIn) => _standIns[removed] = Of(standIn);

    public int Of(int tensor) => _standIns.TryGetValue(tensor, out int standIn) ? standIn : tensor;

    public Op Apply(Op op) => op switch
    {
        ConvolutionOp c => c with { Input = Of(c.Input) },
        BatchNormOp b => b with { Input = Of(b.Input) },
        ActivationOp a => a with { Input = Of(a.Input) },
        SigmoidOp s => s with { Input = Of(s.Input) },
        GlobalAveragePoolOp p => p with { Input = Of(p.Input) },
        ScaleOp s => s with { Input = Of(s.Input), Gate = Of(s.Gate) },
        AddOp a => a with { Branch = Of(a.Branch), Shortcut = Of(a.Shortcut) },
        StochasticDepthOp s => s with { Input = Of(s.Input) },
        DropoutOp d => d with { Input = Of(d.Input) },
        LinearOp l => l with { Input = Of(l.Input) },
        _ => op,
    };

    public EquatableArray<BlockMark> Apply(EquatableArray<BlockMark> marks) =>
        marks.Select(mark => mark with { Tensor = Of(mark.Tensor) }).ToEquatableArray();
}
