using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes the pass over a row that lies in the first-level cache: activation in place, sum over positions.</summary>
internal static class RowPass
{
    public static void Write(KernelContext context, RowPassKernel kernel)
    {
        SourceWriter writer = context.Writer;
        bool activates = kernel.Activation != ActivationKind.None;
        string what = activates && kernel.Sum ? $"{kernel.Activation} in place, and the sum over positions added to"
            : activates ? $"{kernel.Activation} in place:" : "The sum over positions, added to";
        using (context.Method(kernel.Name, kernel.Sum ? "float* y, float* sum" : "float* y",
            $"{what} {(kernel.Sum ? "sum: " : "")}{kernel.Blocks * context.Lanes} channels × {kernel.Columns} positions.\n" +
            $"  y    [{kernel.Blocks}] blocks, {kernel.BlockStride} floats apart, of [{kernel.Columns}][16]{(kernel.Sum ? $"     sum  [{kernel.Blocks}][16]\n  sum  position by position" : "")}"))
        {
            ActivationText.Constants(context, kernel.Activation);
            using (kernel.Blocks > 1 ? writer.Block($"for (nint block = 0; block < {kernel.Blocks}; block++)") : Loops.Nothing.Instance)
            {
                if (context.Isa == VectorIsa.Avx2 && kernel.Activation == ActivationKind.Silu) WriteWholeBlocks(writer, kernel);
                else WriteVectors(context, kernel);
            }
        }
    }

    // One vector of a block after the other, each through all positions.
    private static void WriteVectors(KernelContext context, RowPassKernel kernel)
    {
        SourceWriter writer = context.Writer;
        bool activates = kernel.Activation != ActivationKind.None;
        using (Loops.BlockVectors(context))
        {
            string lane = Loops.Lane(context);
            string sum = kernel.Blocks > 1 ? $"sum + block * 16{lane}" : $"sum{lane}";
            if (kernel.Sum) writer.Line($"var total = V.Load({sum});");
            using (Positions(writer, kernel, lane))
            {
                writer.Line("var v = V.Load(at);");
                ActivationText.Apply(context, kernel.Activation, "v");
                if (activates) writer.Line("V.Store(v, at);");
                if (kernel.Sum) writer.Line("total += v;");
            }

            if (kernel.Sum) writer.Line($"V.Store(total, {sum});");
        }
    }

    // Both vectors of a block step by step.
    private static void WriteWholeBlocks(SourceWriter writer, RowPassKernel kernel)
    {
        string sum = kernel.Blocks > 1 ? "sum + block * 16" : "sum";
        if (kernel.Sum) writer.Line($"var total0 = V.Load({sum}); var total1 = V.Load({sum} + 8);");
        using (Positions(writer, kernel, lane: ""))
        {
            writer.Line("var v0 = V.Load(at); var v1 = V.Load(at + 8);");
            SiluText.ApplyAvx2(writer, "v0", "v1");
            writer.Line("V.Store(v0, at); V.Store(v1, at + 8);");
            if (kernel.Sum) writer.Line("total0 += v0; total1 += v1;");
        }

        if (kernel.Sum) writer.Line($"V.Store(total0, {sum}); V.Store(total1, {sum} + 8);");
    }

    private static IDisposable Positions(SourceWriter writer, RowPassKernel kernel, string lane)
    {
        string from = $"y{(kernel.Blocks > 1 ? $" + block * {kernel.BlockStride}" : "")}{lane}";
        return writer.Block($"for (float* at = {from}, end = at + {kernel.Columns * 16}; at < end; at += 16)");
    }
}
