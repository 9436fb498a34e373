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
            using (Loops.BlockVectors(context))
            {
                string lane = Loops.Lane(context);
                string from = kernel.Blocks > 1 ? $"block * {kernel.BlockStride}{lane}" : $"0{lane}";
                string sum = kernel.Blocks > 1 ? $"sum + block * 16{lane}" : $"sum{lane}";
                if (kernel.Sum) writer.Line($"var total = V.Load({sum});");
                writer.Line($"float* yt = y + {from};");
                using (writer.Block($"for (nint position = 0; position < {kernel.Columns * context.Lanes}; position += 16)"))
                {
                    writer.Line("var v = V.Load(yt + position);");
                    ActivationText.Apply(context, kernel.Activation, "v");
                    if (activates) writer.Line("V.Store(v, yt + position);");
                    if (kernel.Sum) writer.Line("total += v;");
                }

                if (kernel.Sum) writer.Line($"V.Store(total, {sum});");
            }
        }
    }
}
