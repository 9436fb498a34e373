using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes the pass that makes activated rows of a raw map, and where they are asked for the derivatives.</summary>
internal static class NormaliseRows
{
    public static void Write(KernelContext context, NormaliseRowsKernel k)
    {
        SourceWriter writer = context.Writer;
        int row = k.Columns * context.Lanes;
        using (context.Method(k.Name, $"float* x, float* affine, float* y{(k.Derivative ? ", float* derivative" : "")}",
            $"x · scale + shift, then activation {k.Activation}: {k.Blocks * context.Lanes} channels, {SourceWriter.Count(k.Rows, "row")} of {k.Columns}.\n" +
            $"  x      [{k.Blocks}] blocks, {k.InputPlane} floats apart, of [{k.Rows}][{k.Columns}][16]     affine  [{k.Blocks}][scale, shift, mean, 1/deviation][16]\n" +
            $"  y      [{k.Blocks}] blocks, {k.OutputPlane} floats apart, of [{k.Rows}] rows{(k.Rows > 1 ? $", {k.OutputRow} floats apart" : "")}{(k.Derivative ? $"     derivative [{k.Blocks}][{k.Rows}][{k.Columns}][16], the activation's derivative" : "")}"))
        {
            if (k.Derivative) ActivationText.ConstantsWithDerivative(context, k.Activation);
            else ActivationText.Constants(context, k.Activation);
            using (k.Blocks > 1 ? writer.Block($"for (nint block = 0; block < {k.Blocks}; block++)") : Loops.Nothing.Instance)
            using (Loops.BlockVectors(context))
            {
                string Of(string map, int plane) => $"{map}{(k.Blocks > 1 ? $" + block * {plane}" : "")}{Loops.Lane(context)}";
                writer.Line($"float* at = {Of("affine", 4 * context.Lanes)};");
                writer.Line($"var factor = V.Load(at); var offset = V.Load(at + {context.Lanes});");
                writer.Line($"float* xt = {Of("x", k.InputPlane)};");
                writer.Line($"float* yt = {Of("y", k.OutputPlane)};");
                if (k.Derivative) writer.Line($"float* st = {Of("derivative", k.Rows * row)};");
                using (k.Rows > 1 ? writer.Block($"for (nint row = 0; row < {k.Rows}; row++, xt += {row}, yt += {k.OutputRow}{(k.Derivative ? $", st += {row}" : "")})") : Loops.Nothing.Instance)
                using (writer.Block($"for (nint position = 0; position < {row}; position += {context.Lanes})"))
                {
                    writer.Line($"var v = {context.Isa.MultiplyAdd("V.Load(xt + position)", "factor", "offset")};");
                    if (k.Derivative) ActivationText.ApplyWithDerivative(context, k.Activation, "v", "d");
                    else ActivationText.Apply(context, k.Activation, "v");
                    writer.Line("V.Store(v, yt + position);");
                    if (k.Derivative) writer.Line("V.Store(d, st + position);");
                }
            }
        }
    }
}
