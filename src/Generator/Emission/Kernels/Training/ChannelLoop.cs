using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels.Training;

/// <summary>The loop that channelwise kernels of the training step share: over the blocks of a worker's share, and over the vectors of a block.</summary>
internal static class ChannelLoop
{
    /// <summary>Opens the loops; <c>block</c> is the block, and <see cref="Loops.Lane"/> the place in it.</summary>
    public static IDisposable Open(KernelContext context) => new Pair(context.Writer.Block("for (nint block = first; block < last; block++)"), Loops.BlockVectors(context));

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

    /// <summary>Opens the loop over positions as float offset <c>position</c>.</summary>
    public static IDisposable Positions(KernelContext context, int positions) =>
        context.Writer.Block($"for (nint position = 0; position < {positions * context.Lanes}; position += {context.Lanes})");

    /// <summary>
    /// Sums over positions, in runs of 64 that are added one after the other: the error of a sum grows with its length, and maps have ten thousand positions.
    /// </summary>
    /// <param name="context">Text and instruction set.</param>
    /// <param name="positions">Positions of the map.</param>
    /// <param name="sums">Names of the sums, declared here; the body adds to the name with <c>Run</c> behind it.</param>
    /// <param name="body">Writes what is done at a position.</param>
    public static void Sum(KernelContext context, int positions, string[] sums, Action body)
    {
        const int Run = 64;
        SourceWriter writer = context.Writer;
        int end = positions * context.Lanes;
        foreach (string sum in sums) writer.Line($"var {sum} = {context.VectorOfFloat}.Zero;");
        if (positions <= Run)
        {
            foreach (string sum in sums) writer.Line($"var {sum}Run = {context.VectorOfFloat}.Zero;");
            using (Positions(context, positions)) body();
            foreach (string sum in sums) writer.Line($"{sum} += {sum}Run;");
            return;
        }

        using (writer.Block($"for (nint start = 0; start < {end}; start += {Run * context.Lanes})"))
        {
            foreach (string sum in sums) writer.Line($"var {sum}Run = {context.VectorOfFloat}.Zero;");
            string until = positions % Run == 0 ? $"start + {Run * context.Lanes}" : $"Math.Min({end}, start + {Run * context.Lanes})";
            writer.Line($"nint stop = {until};");
            using (writer.Block($"for (nint position = start; position < stop; position += {context.Lanes})")) body();
            foreach (string sum in sums) writer.Line($"{sum} += {sum}Run;");
        }
    }

    private sealed class Pair(IDisposable outer, IDisposable inner) : IDisposable
    {
        public void Dispose()
        {
            inner.Dispose();
            outer.Dispose();
        }
    }
}
