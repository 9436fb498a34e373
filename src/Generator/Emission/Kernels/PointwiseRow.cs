using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes the pointwise convolution of one panel over a run of positions, or over several rows of them.</summary>
internal static class PointwiseRow
{
    public static void Write(KernelContext context, PointwiseRowKernel kernel)
    {
        var run = new PointwiseRun(context, kernel.Tiling(context.Isa), PointwiseRun.Names.Parameters);
        PointwiseFetches fetches = kernel.Fetches(context.Isa);
        using (context.Method(kernel.Name, $"float* x, float* w, float* bias, float* y{(kernel.Residual ? ", float* rp" : "")}{(fetches.Ahead > 0 ? ", float* fetch" : "")}{(fetches.Next > 0 ? ", float* next, nint wanted" : "")}",
            $"Pointwise convolution, {kernel.Reduction} input channels → {kernel.Channels} output channels, {(kernel.Rows > 1 ? $"{kernel.Rows} rows of " : "")}{kernel.Positions} positions.\n" +
            $"  x    [{(kernel.Reduction + 15) / 16}] blocks, {kernel.InputPlane} floats apart, of [position][16]\n" +
            $"  w    [{kernel.Reduction}][{kernel.Blocks * context.Lanes}]\n" +
            $"  y    [{kernel.Blocks}] blocks, {kernel.OutputPlane} floats apart, of [position][16]{(kernel.Rows > 1 ? $"; rows {kernel.OutputRow} floats apart" : "")}\n" +
            (kernel.Residual ? "  rp   the residual, like y\n" : "") +
            (fetches.Ahead > 0 ? $"  fetch weights to fetch: {SourceWriter.Count(fetches.Ahead, "float")} a step\n" : "") +
            (fetches.Next > 0 ? $"  next weights of the next layer, brought from memory: {SourceWriter.Count(fetches.Next, "float")} a step where wanted is 1; where it is 0, the first again and again\n" : "") +
            "  " + run.Contract.Replace("\n", "\n  ")))
        {
            context.ClampConstants(kernel.Clamp);
            if (fetches.Next > 0) context.Writer.Line($"nint pace = wanted * {fetches.Next};");
            run.Write(kernel.Clamp, kernel.Residual, fetches);
        }
    }
}
