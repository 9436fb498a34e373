namespace EfficientNet.Compiler.Graph;

/// <summary>Runs between passes: every operation reads what exists, and shapes agree with the operation's rule.</summary>
internal static class NetworkVerifier
{
    /// <summary>Returns the network it was given, so that it can stand between two passes.</summary>
    /// <exception cref="InvalidOperationException">A pass broke the graph; the message names the pass and the operation.</exception>
    public static Network Verify(this Network network, string after)
    {
        var made = new Dictionary<int, Op>();
        foreach (Op op in network.Ops)
        {
            foreach (int input in op.Inputs)
            {
                if (!made.ContainsKey(input)) throw Broken(after, op, $"reads tensor {input}, which is not made before it");
            }

            Check(op, made, after);
            if (made.ContainsKey(op.Id)) throw Broken(after, op, $"has number {op.Id}, which is taken");
            made.Add(op.Id, op);
        }

        foreach (BlockMark mark in network.Blocks)
        {
            if (!made.ContainsKey(mark.Tensor)) throw new InvalidOperationException($"after {after}: block {mark.Name} is tensor {mark.Tensor}, which is gone");
        }

        return network;
    }

    private static void Check(Op op, Dictionary<int, Op> made, string after)
    {
        Shape In(int tensor) => made[tensor].Output;
        bool agrees = op switch
        {
            InputOp => true,
            ConvolutionOp c => In(c.Input) == c.InputShape && (!c.Depthwise || c.Output.Channels == c.InputShape.Channels) && Fits(c),
            GlobalAveragePoolOp p => p.Output == new Shape(In(p.Input).Channels, 1, 1),
            ScaleOp s => s.Output == In(s.Input) && In(s.Gate) == new Shape(s.Output.Channels, 1, 1),
            AddOp a => a.Output == In(a.Branch) && a.Output == In(a.Shortcut),
            LinearOp l => In(l.Input) == new Shape(l.InputChannels, 1, 1),
            _ => op.Output == In(op.Inputs.Single()),
        };
        if (!agrees) throw Broken(after, op, $"makes {op.Output} of {string.Join(" and ", op.Inputs.Select(In))}");
    }

    /// <summary>Both paddings of an odd kernel give ⌈n / stride⌉ outputs, and pad less than the kernel on each side.</summary>
    private static bool Fits(ConvolutionOp c)
    {
        ConvolutionGeometry g = c.Geometry;
        int Along(int size) => (size + g.Stride - 1) / g.Stride;
        return c.Output.Height == Along(c.InputShape.Height) && c.Output.Width == Along(c.InputShape.Width) && g.PadTop < g.Kernel && g.PadLeft < g.Kernel;
    }

    private static InvalidOperationException Broken(string after, Op op, string what) =>
        new($"after {after}: {op.GetType().Name} '{op.Name}' {what}");
}
