using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Emission.Kernels.Training;

/// <summary>
/// The loops that channelwise kernels of the training step share: blocks of a worker's share, runs of positions, vectors of a block. They wait for memory,
/// so that literal bounds buy nothing: <c>positions</c> is a parameter, and one kernel serves every map of a network.
/// </summary>
internal static class ChannelLoop
{
    /// <summary>Positions of a run: what kernels read and write of them, three maps of 4 KiB at most, stays in the first-level cache.</summary>
    private const int Run = 64;

    /// <summary>Sums that grow side by side: an addition waits four cycles for the one before, and two begin in each.</summary>
    private const int Chains = 4;

    /// <summary>
    /// Opens the loops over the blocks of a share, over runs of positions as floats <c>start … stop</c>, and over the vectors of a block: <c>block</c> is the block,
    /// and <see cref="Loops.Lane"/> the place in it.
    /// </summary>
    /// <remarks>Vectors are inside runs: outside them, an instruction set of narrow vectors would bring every cache line in several times.</remarks>
    public static IDisposable Open(KernelContext context)
    {
        SourceWriter writer = context.Writer;
        int run = Run * context.Lanes;
        writer.Line($"nint plane = positions * {context.Lanes};");
        IDisposable blocks = writer.Block("for (nint block = first; block < last; block++)");
        IDisposable runs = writer.Block($"for (nint start = 0; start < plane; start += {run})");
        writer.Line($"nint stop = Math.Min(plane, start + {run});");
        return new Loops.Nested(blocks, runs, Loops.BlockVectors(context));
    }

    /// <summary>A vector of a record that has some vectors for every block.</summary>
    /// <param name="context">Text and instruction set.</param>
    /// <param name="record">Name of the pointer.</param>
    /// <param name="vectors">Vectors of 16 floats in a block's record.</param>
    /// <param name="index">Which of them.</param>
    public static string Place(KernelContext context, string record, int vectors, int index) =>
        $"{record} + block * {vectors * context.Lanes}{(index == 0 ? "" : $" + {index * context.Lanes}")}{Loops.Lane(context)}";

    /// <summary>Declares a channel's scale and shift, and where it is asked for its mean.</summary>
    public static void Affine(KernelContext context, bool mean = false)
    {
        context.Writer.Line($"var factor = V.Load({Place(context, "affine", 4, 0)});");
        context.Writer.Line($"var offset = V.Load({Place(context, "affine", 4, 1)});");
        if (mean) context.Writer.Line($"var mean = V.Load({Place(context, "affine", 4, 2)});");
    }

    /// <summary>Opens the loop over the positions of a run as float offset <c>position</c>.</summary>
    public static IDisposable Positions(KernelContext context) => context.Writer.Block($"for (nint position = start; position < stop; position += {context.Lanes})");

    /// <summary>
    /// Sums over positions, run by run: the error of a sum grows with its length, and maps have ten thousand positions. Between runs the sums are where
    /// they are stored.
    /// </summary>
    /// <param name="context">Text and instruction set.</param>
    /// <param name="activation">What is computed before anything is added: beside SiLU an addition's latency does not show; without, several positions are added to sums of their own.</param>
    /// <param name="sums">Names of the sums of a run, and places where they are stored.</param>
    /// <param name="body">Writes what is done at a position. It adds to sums of those names, and calls its own variables by names, that end with the string it is given.</param>
    /// <param name="factor">By what sums are multiplied in the end; null for nothing.</param>
    public static void Sum(KernelContext context, ActivationKind activation, (string Name, string Place)[] sums, Action<string, string> body, string? factor = null)
    {
        SourceWriter writer = context.Writer;
        int chains = activation == ActivationKind.Silu ? 1 : Math.Min(Chains, context.Isa.Registers / 2 / sums.Length);
        string[] own = chains == 1 ? [""] : [.. Enumerable.Range(0, chains).Select(chain => $"{chain}")];
        foreach ((string name, _) in sums) writer.Line(string.Join(" ", own.Select(chain => $"var {name}{chain} = {context.VectorOfFloat}.Zero;")));
        if (chains > 1)
        {
            writer.Line("nint position = start;");
            using (writer.Block($"for (; position + {(chains - 1) * context.Lanes} < stop; position += {chains * context.Lanes})"))
            {
                for (int chain = 0; chain < chains; chain++) body(own[chain], chain == 0 ? "position" : $"position + {chain * context.Lanes}");
            }

            using (writer.Block($"for (; position < stop; position += {context.Lanes})")) body(own[0], "position");
        }
        else
        {
            using (Positions(context)) body("", "position");
        }

        foreach ((string name, string place) in sums)
        {
            if (chains > 1) writer.Line($"var {name} = {Together([.. own.Select(chain => name + chain)])};");
            writer.Line($"if (start > 0) {name} = V.Load({place}) + {name};");
            writer.Line($"V.Store({(factor is null ? name : $"stop == plane ? {name} * {factor} : {name}")}, {place});");
        }
    }

    /// <summary>Values added in pairs.</summary>
    private static string Together(IReadOnlyList<string> values) => values.Count == 1
        ? values[0]
        : $"({Together([.. values.Take(values.Count / 2)])} + {Together([.. values.Skip(values.Count / 2)])})";
}
