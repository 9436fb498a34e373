using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes the sum of a projection's two parts.</summary>
internal static class AddHalves
{
    public static void Write(KernelContext context, AddHalvesKernel k)
    {
        SourceWriter writer = context.Writer;
        using (context.Method(k.Name, $"float* y1, float* y2, float* y, {(k.Residual ? "float* residual, " : "")}nint first, nint last",
            $"The sums over the first and the second half of the input channels, added{(k.Residual ? ", plus the residual" : "")}.\n" +
            $"  y1, y2, y{(k.Residual ? ", residual" : "")}  [blocks][positions][16]\n" +
            "  work  positions of all blocks; first … last − 1 are made here"))
        {
            context.ClampConstants(k.Clamp);
            string sum = $"V.Load(y1 + at) + V.Load(y2 + at){(k.Residual ? " + V.Load(residual + at)" : "")}";
            writer.Line($"for (nint at = first * {context.Lanes}; at < last * {context.Lanes}; at += {context.Isa.Floats}) V.Store({KernelContext.Clamped(k.Clamp, sum)}, y + at);");
        }
    }
}
