using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes the pass that makes activated rows of a raw map, and where they are asked for the derivatives.</summary>
internal static class NormaliseRows
{
    /// <summary>The call's last arguments.</summary>
    /// <param name="rows">Rows that follow each other.</param>
    /// <param name="columns">Columns of a row.</param>
    /// <param name="blocks">Blocks of 16 channels.</param>
    /// <param name="inputPlane">Floats between blocks of the raw map.</param>
    /// <param name="outputPlane">Floats between blocks of the output.</param>
    /// <param name="outputRow">Floats between rows of the output.</param>
    public static string Geometry(int rows, int columns, int blocks, int inputPlane, int outputPlane, int outputRow) =>
        $"{rows}, {columns}, {blocks}, {inputPlane}, {outputPlane}, {outputRow}";

    public static void Write(KernelContext context, NormaliseRowsKernel k)
    {
        SourceWriter writer = context.Writer;
        using (context.Method(k.Name, $"float* x, float* affine, float* y{(k.Derivative ? ", float* derivative" : "")}, nint rows, nint columns, nint blocks, nint inputPlane, nint outputPlane, nint outputRow",
            $"x · scale + shift, then activation {k.Activation}.\n" +
            "  x      [blocks] blocks, inputPlane floats apart, of [rows][columns][16]     affine  [blocks][scale, shift, mean, 1/deviation][16]\n" +
            $"  y      [blocks] blocks, outputPlane floats apart, of [rows] rows, outputRow floats apart{(k.Derivative ? "     derivative [blocks][rows][columns][16], the activation's derivative" : "")}"))
        {
            if (k.Derivative) ActivationText.ConstantsWithDerivative(context, k.Activation);
            else ActivationText.Constants(context, k.Activation);
            writer.Line($"nint row = columns * {context.Lanes};");
            using (writer.Block("for (nint block = 0; block < blocks; block++)"))
            using (Loops.BlockVectors(context))
            {
                writer.Line($"float* at = affine + block * {4 * context.Lanes}{Loops.Lane(context)};");
                writer.Line($"var factor = V.Load(at); var offset = V.Load(at + {context.Lanes});");
                writer.Line($"float* xt = x + block * inputPlane{Loops.Lane(context)};");
                writer.Line($"float* yt = y + block * outputPlane{Loops.Lane(context)};");
                if (k.Derivative) writer.Line($"float* st = derivative + block * rows * row{Loops.Lane(context)};");
                using (writer.Block($"for (nint made = 0; made < rows; made++, xt += row, yt += outputRow{(k.Derivative ? ", st += row" : "")})"))
                using (writer.Block($"for (nint position = 0; position < row; position += {context.Lanes})"))
                {
                    context.Fetch("xt + position + 2 * row");
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
