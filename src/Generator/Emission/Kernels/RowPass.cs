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
        string what = activates && kernel.Sum ? $"{kernel.Activation} in place, and the sum over positions added to sum."
            : activates ? $"{kernel.Activation} in place." : "The sum over positions, added to sum.";
        using (context.Method(kernel.Name, $"float* y, {(kernel.Sum ? "float* sum, " : "")}nint blocks, nint row, nint plane",
            $"{what}\n" +
            $"  y    [blocks] blocks, plane floats apart, of [row / 16][16]{(kernel.Sum ? "     sum  [blocks][16]\n  sum  position by position" : "")}"))
        {
            ActivationText.Constants(context, kernel.Activation);
            using (writer.Block("for (nint block = 0; block < blocks; block++)"))
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
            string sum = $"sum + block * 16{lane}";
            if (kernel.Sum) writer.Line($"var total = V.Load({sum});");
            using (Positions(writer, lane))
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
        const string Sum = "sum + block * 16";
        if (kernel.Sum) writer.Line($"var total0 = V.Load({Sum}); var total1 = V.Load({Sum} + 8);");
        using (Positions(writer, lane: ""))
        {
            writer.Line("var v0 = V.Load(at); var v1 = V.Load(at + 8);");
            SiluText.ApplyAvx2(writer, "v0", "v1");
            writer.Line("V.Store(v0, at); V.Store(v1, at + 8);");
            if (kernel.Sum) writer.Line("total0 += v0; total1 += v1;");
        }

        if (kernel.Sum) writer.Line($"V.Store(total0, {Sum}); V.Store(total1, {Sum} + 8);");
    }

    private static IDisposable Positions(SourceWriter writer, string lane) =>
        writer.Block($"for (float* at = y + block * plane{lane}, end = at + row; at < end; at += 16)");
}
