using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes the classifier: a stream of weights that are used once.</summary>
internal static class Dense
{
    public static void Write(KernelContext context, DenseKernel k)
    {
        SourceWriter writer = context.Writer;
        int vectors = Loops.VectorsInRegisters(context, k.PanelBlocks);
        int panel = k.PanelBlocks * context.Lanes;
        using (context.Method(k.Name, "float* x, float* weights, float* y, nint first, nint last",
            $"Classifier, {k.Reduction} features → {k.Outputs} logits.\n" +
            $"  weights  for each panel [{panel}] bias, [{k.Reduction}][{panel}]     y  [{k.Panels}][{panel}]\n" +
            $"  tile     1 × {SourceWriter.Count(vectors, "vector")}\n" +
            "  sum      bias first, then feature by feature\n" +
            $"  work     {SourceWriter.Count(k.Panels, "panel")}; panels first … last − 1 are made here"))
        {
            using (writer.Block("for (nint panel = first; panel < last; panel++)"))
            using (Loops.Passes(context, k.PanelBlocks, vectors))
            {
                string channel = Loops.IsOnePass(context, k.PanelBlocks, vectors) ? "" : " + channel";
                writer.Line($"float* w = weights + panel * {k.PanelStride}{channel};");
                for (int v = 0; v < vectors; v++) writer.Line($"var y{v} = V.Load(w + {v * context.Isa.Floats});");
                using (writer.Block($"for (nint k = 0; k < {k.Reduction}; k++)"))
                {
                    writer.Line($"w += {panel};");
                    writer.Line("var b = V.Create(x[k]);");
                    for (int v = 0; v < vectors; v++) writer.Line($"y{v} = {context.Isa.MultiplyAdd("b", $"V.Load(w + {v * context.Isa.Floats})", $"y{v}")};");
                }

                for (int v = 0; v < vectors; v++) writer.Line($"V.Store(y{v}, y + panel * {panel}{channel} + {v * context.Isa.Floats});");
            }
        }
    }
}
