using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>The register tile of every pointwise convolution: positions × output vectors, the reduction channel by channel.</summary>
internal sealed class PointwiseTile(KernelContext context, Tile tile, int reduction, int inputPlane, int outputPlane, int weightStride, int prefetchLines)
{
    /// <summary>Reduction steps written out in a loop iteration: more buys no speed, only text.</summary>
    public const int Unroll = 2;

    private SourceWriter Writer => context.Writer;

    private VectorIsa Isa => context.Isa;

    private int Vectors => tile.Blocks * Isa.VectorsPerBlock;

    /// <summary>The tile arithmetic, for the kernel's comment.</summary>
    public string Contract =>
        $"tile {tile.Rows} positions × {SourceWriter.Count(Vectors, "vector")}: {tile.Rows * Vectors} accumulators + {SourceWriter.Count(Vectors, "weight")} + 1 broadcast = {tile.Rows * Vectors + Vectors + 1} of {Isa.Registers} registers\n" +
        "sum  bias first, then input channels in order";

    /// <summary>
    /// Writes one tile. In scope: <c>xt</c> first position's channels, <c>wt</c> panel, <c>bt</c> bias, <c>yt</c> output, and where they
    /// are needed <c>rt</c> residual and <c>ahead</c>, the weights to fetch.
    /// </summary>
    public void Write(ActivationKind clamp, bool residual)
    {
        WriteBias();
        Writer.Line("float* xk = xt;");
        Writer.Line("float* wk = wt;");
        using (Writer.Block($"for (nint k = 0; k < {reduction}; k += {Unroll})"))
        {
            for (int step = 0; step < Unroll; step++) WriteStep(step);
            for (int line = 0; line < prefetchLines; line++) Writer.Line($"Sse.Prefetch0(ahead + {line * PrefetchPlan.LineFloats});");
            if (prefetchLines > 0) Writer.Line($"ahead += {prefetchLines * PrefetchPlan.LineFloats};");
            Writer.Line($"wk += {Unroll * weightStride};");
            bool wraps = reduction > context.Lanes;
            Writer.Line(wraps ? $"xk += (k & {context.Lanes - Unroll}) == {context.Lanes - Unroll} ? {inputPlane - context.Lanes + Unroll} : {Unroll}; // the next 16 channels lie a plane further" : $"xk += {Unroll};");
        }

        WriteStores(clamp, residual);
    }

    private string Accumulator(int row, int vector) => $"y{row}_{vector}";

    private void WriteBias()
    {
        for (int v = 0; v < Vectors; v++)
        {
            Writer.Line($"var {Accumulator(0, v)} = V.Load(bt + {v * Isa.Floats});");
        }

        for (int row = 1; row < tile.Rows; row++)
        {
            Writer.Line(string.Join(" ", Enumerable.Range(0, Vectors).Select(v => $"var {Accumulator(row, v)} = {Accumulator(0, v)};")));
        }
    }

    private void WriteStep(int step)
    {
        string declare = step == 0 ? "var " : "";
        Writer.Line(string.Join(" ", Enumerable.Range(0, Vectors).Select(v => $"{declare}w{v} = V.Load(wk + {step * weightStride + v * Isa.Floats});")));
        for (int row = 0; row < tile.Rows; row++)
        {
            string broadcast = $"{(row == 0 ? declare : "")}b = V.Create(xk[{row * context.Lanes + step}]);";
            IEnumerable<string> adds = Enumerable.Range(0, Vectors)
                .Select(v => $"{Accumulator(row, v)} = {Isa.MultiplyAdd("b", $"w{v}", Accumulator(row, v))};");
            Writer.Line($"{broadcast} {string.Join(" ", adds)}");
        }
    }

    private void WriteStores(ActivationKind clamp, bool residual)
    {
        for (int row = 0; row < tile.Rows; row++)
        {
            IEnumerable<string> stores = Enumerable.Range(0, Vectors).Select(v =>
            {
                int offset = v / Isa.VectorsPerBlock * outputPlane + row * context.Lanes + v % Isa.VectorsPerBlock * Isa.Floats;
                string sum = residual ? $"({Accumulator(row, v)} + V.Load(rt + {offset}))" : Accumulator(row, v);
                return $"V.Store({KernelContext.Clamped(clamp, sum)}, yt + {offset});";
            });
            Writer.Line(string.Join(" ", stores));
        }
    }
}
