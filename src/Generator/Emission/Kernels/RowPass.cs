using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes the pass over a row that lies in the first-level cache: activation, sum over positions. The row is changed in place, or goes past the caches to a map.</summary>
internal static class RowPass
{
    /// <summary>Positions at once where SiLU is made by a division of 512 bits: eight constants and four variables of each position are in registers.</summary>
    private const int PositionsAtOnce = 4;

    public static void Write(KernelContext context, RowPassKernel kernel)
    {
        SourceWriter writer = context.Writer;
        bool activates = kernel.Activation != ActivationKind.None;
        string where = kernel.Streams ? "past the caches to y" : "in place";
        string what = activates && kernel.Sum ? $"{kernel.Activation} {where}, and the sum over positions added to sum."
            : activates ? $"{kernel.Activation} {where}."
            : kernel.Streams ? $"A row {where}{(kernel.Sum ? ", and the sum over positions added to sum" : "")}." : "The sum over positions, added to sum.";
        using (context.Method(kernel.Name, $"{(kernel.Streams ? "float* x, " : "")}float* y, {(kernel.Sum ? "float* sum, " : "")}nint blocks, nint row, nint plane",
            $"{what}\n" +
            (kernel.Streams ? "  x    [blocks][row / 16][16]\n" : "") +
            $"  y    [blocks] blocks, plane floats apart, of [row / 16][16]{(kernel.Sum ? "     sum  [blocks][16]\n  sum  position by position" : "")}"))
        {
            ActivationText.Constants(context, kernel.Activation);
            using (writer.Block("for (nint block = 0; block < blocks; block++)"))
            {
                // Half a line that goes past the caches would be stored by itself.
                if (context.Isa == VectorIsa.Avx2 && (kernel.Streams || kernel.Activation == ActivationKind.Silu)) WriteWholeBlocks(context, kernel);
                else WriteVectors(context, kernel);
            }
        }
    }

    // One vector of a block after the other, each through all positions.
    private static void WriteVectors(KernelContext context, RowPassKernel kernel)
    {
        SourceWriter writer = context.Writer;
        using (Loops.BlockVectors(context))
        {
            string lane = Loops.Lane(context);
            string sum = $"sum + block * 16{lane}";
            if (kernel.Sum) writer.Line($"var total = V.Load({sum});");
            if (context.Form == SiluForm.ByDivision) WriteSeveral(context, kernel);
            else WriteOneByOne(context, kernel, lane);
            if (kernel.Sum) writer.Line($"V.Store(total, {sum});");
        }
    }

    private static void WriteOneByOne(KernelContext context, RowPassKernel kernel, string lane)
    {
        SourceWriter writer = context.Writer;
        using (Positions(writer, kernel, lane))
        {
            writer.Line("var v = V.Load(at);");
            ActivationText.Apply(context, kernel.Activation, "v");
            Store(context, kernel, "v");
            if (kernel.Sum) writer.Line("total += v;");
        }
    }

    // SiLU by division of some positions step by step, then of those that are left.
    private static void WriteSeveral(KernelContext context, RowPassKernel kernel)
    {
        SourceWriter writer = context.Writer;
        writer.Line($"float* at = {(kernel.Streams ? "x + block * row" : "y + block * plane")}, end = at + row{(kernel.Streams ? ", to = y + block * plane" : "")};");
        foreach (int positions in new[] { PositionsAtOnce, 1 })
        {
            string[] vectors = Enumerable.Range(0, positions).Select(i => $"v{i}").ToArray();
            int step = positions * context.Lanes;
            using (writer.Block($"for (; at{(positions == 1 ? "" : $" + {step - context.Lanes}")} < end; at += {step}{(kernel.Streams ? $", to += {step}" : "")})"))
            {
                writer.Line(string.Join(" ", vectors.Select((v, i) => $"var {v} = V.Load({KernelContext.At("at", i * context.Lanes)});")));
                SiluText.ApplyByDivision(context, vectors);
                Store(context, kernel, vectors);
                if (kernel.Sum) writer.Line(string.Join(" ", vectors.Select(v => $"total += {v};")));
            }
        }
    }

    // Both vectors of a block step by step.
    private static void WriteWholeBlocks(KernelContext context, RowPassKernel kernel)
    {
        const string Sum = "sum + block * 16";
        SourceWriter writer = context.Writer;
        if (kernel.Sum) writer.Line($"var total0 = V.Load({Sum}); var total1 = V.Load({Sum} + 8);");
        using (Positions(writer, kernel, lane: ""))
        {
            writer.Line("var v0 = V.Load(at); var v1 = V.Load(at + 8);");
            if (kernel.Activation == ActivationKind.Silu)
            {
                SiluText.ApplyByDivision(context, "v0", "v1");
            }
            else
            {
                ActivationText.Apply(context, kernel.Activation, "v0");
                ActivationText.Apply(context, kernel.Activation, "v1");
            }

            Store(context, kernel, "v0", "v1");
            if (kernel.Sum) writer.Line("total0 += v0; total1 += v1;");
        }

        if (kernel.Sum) writer.Line($"V.Store(total0, {Sum}); V.Store(total1, {Sum} + 8);");
    }

    // The vectors of a position, where the pass changes them or moves them.
    private static void Store(KernelContext context, RowPassKernel kernel, params string[] vectors)
    {
        if (!kernel.Streams && kernel.Activation == ActivationKind.None) return;
        string at = kernel.Streams ? "to" : "at";
        context.Writer.Line(string.Join(" ", vectors.Select((vector, i) =>
        {
            string place = i == 0 ? at : $"{at} + {i * context.Isa.Floats}";
            return kernel.Streams ? context.Stream(vector, place) : $"V.Store({vector}, {place});";
        })));
    }

    private static IDisposable Positions(SourceWriter writer, RowPassKernel kernel, string lane)
    {
        if (!kernel.Streams) return writer.Block($"for (float* at = y + block * plane{lane}, end = at + row; at < end; at += 16)");
        writer.Line($"float* to = y + block * plane{lane};");
        return writer.Block($"for (float* at = x + block * row{lane}, end = at + row; at < end; at += 16, to += 16)");
    }
}
