using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels.Gradients;

/// <summary>Writes the gradient of biases: sums of the outputs' gradients over positions or images.</summary>
internal static class BiasGradient
{
    public static void Write(KernelContext context, BiasGradientKernel k)
    {
        int lanes = context.Lanes;
        using (context.Method(k.Name, "float* dy, float* db",
            $"Gradient of biases, {k.PanelBlocks * lanes} output channels, {SourceWriter.Count(k.Positions, "position")}.\n" +
            $"  dy   [{k.PanelBlocks}] blocks, {k.OutputPlane} floats apart, of [{k.Positions}][16]\n" +
            $"  db   [{k.PanelBlocks * lanes}], added to\n" +
            "  sum  positions in order, then added to db"))
        {
            WriteSums(context, k.PanelBlocks, new GradientTerms($"{k.Positions}", k.Positions, InputStride: 0, lanes, k.OutputPlane), "dy", "db");
        }
    }

    /// <summary>Writes the sums of a panel, as many side by side as there are registers for.</summary>
    /// <param name="context">Text and instruction set.</param>
    /// <param name="panelBlocks">Output blocks of the panel.</param>
    /// <param name="terms">What the sums run over.</param>
    /// <param name="dy">The first term's output gradients.</param>
    /// <param name="db">The panel's gradient.</param>
    public static void WriteSums(KernelContext context, int panelBlocks, GradientTerms terms, string dy, string db)
    {
        SourceWriter writer = context.Writer;
        int vectors = Loops.VectorsInRegisters(context, panelBlocks);
        var pass = new PanelPass(context, panelBlocks * context.Isa.VectorsPerBlock, vectors, terms.OutputPlane);
        using (pass.Loop())
        {
            writer.Line($"float* gk = {pass.Moved(dy)};");
            for (int v = 0; v < vectors; v++) writer.Line($"var b{v} = {context.VectorOfFloat}.Zero;");
            using (writer.Block($"for (nint k = 0; k < {terms.Count}; k++)"))
            {
                for (int v = 0; v < vectors; v++) writer.Line($"b{v} += V.Load({pass.Place("gk", v)});");
                writer.Line($"gk += {terms.OutputStride};");
            }

            writer.Line($"float* bt = {db}{(pass.IsOnly ? "" : " + channel")};");
            for (int v = 0; v < vectors; v++)
            {
                string at = KernelContext.At("bt", v * context.Isa.Floats);
                writer.Line($"V.Store(V.Load({at}) + b{v}, {at});");
            }
        }
    }
}
