using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels.Gradients;

/// <summary>Writes the gradient of the stem's weights: values of the image are broadcast, a block of the output's gradient is loaded once for a group of taps.</summary>
internal static class StemGradient
{
    public static void Write(KernelContext context, StemGradientKernel k)
    {
        SourceWriter writer = context.Writer;
        int lanes = context.Lanes, panel = k.PanelBlocks * lanes;
        int floats = (k.Reduction + (k.Bias ? 1 : 0)) * lanes;
        using (context.Method(k.Name, "float* x, float* dy, float* dw, float* scratch, nint first, nint last",
            $"Gradient of the stem's weights, {k.Image} → {k.Output}, one image.\n" +
            $"  x        [{k.Image.Channels}][{k.Image.Height}][{k.Image.Width}]     dy  gradient of the stem's map\n" +
            $"  dw       for each panel [{panel}] bias, [{k.Reduction}][{panel}]; {(k.Bias ? "added to" : "the weights are added to")}\n" +
            $"  scratch  the image rows under one output row, zero borders included; one block's share [{k.Reduction} taps{(k.Bias ? ", bias" : "")}][16]\n" +
            $"  tile     {SourceWriter.Count(Math.Min(k.Lines, LinesAtOnce(context, k)), "image line")} × {SourceWriter.Count(TapsAtOnce(context, k), "tap")} × {SourceWriter.Count(context.Isa.VectorsPerBlock, "vector")}\n" +
            "  sum      output by output from zero, then row by row, then added to dw\n" +
            $"  work     {SourceWriter.Count(k.Blocks, "block")} of 16 outputs; blocks first … last − 1 are made here"))
        {
            writer.Line("float* image = scratch;");
            writer.Line($"float* share = scratch + {k.ShareAt};");
            writer.Line($"new Span<float>(image, {k.ShareAt}).Clear();");
            using (writer.Block("for (nint block = first; block < last; block++)"))
            {
                writer.Line($"new Span<float>(share, {floats}).Clear();");
                using (writer.Block($"for (nint made = 0; made < {k.Output.Height}; made++)"))
                {
                    StemRow.WriteImageRows(context, k.Image, k.Geometry, k.ImagePitch);
                    writer.Line($"float* dr = dy + block * {MapLayout.Plane(k.Output)} + made * {k.Output.Width * lanes};");
                    WriteLines(context, k);
                    if (k.Bias) WriteBias(context, k);
                }

                writer.Line($"float* gradient = dw + {StemInputGradient.BlockOfPanel(k.PanelBlocks, k.PanelStride)};");
                using (writer.Block($"for (nint k = 0; k < {k.Reduction}; k++)"))
                {
                    for (int v = 0; v < context.Isa.VectorsPerBlock; v++) WriteAdd(context, $"gradient + {panel} + k * {panel}", v, $"V.Load({KernelContext.At($"share + k * {lanes}", v * context.Isa.Floats)})");
                }

                for (int v = 0; k.Bias && v < context.Isa.VectorsPerBlock; v++) WriteAdd(context, "gradient", v, $"V.Load(share + {k.Reduction * lanes + v * context.Isa.Floats})");
            }
        }
    }

    /// <summary>Taps of one line that are summed at once: all of them, or parts as even as can be.</summary>
    private static int TapsAtOnce(KernelContext context, StemGradientKernel k)
    {
        int most = TileSelector.StemTaps(context.Isa);
        int parts = (k.Geometry.Kernel + most - 1) / most;
        return (k.Geometry.Kernel + parts - 1) / parts;
    }

    private static int LinesAtOnce(KernelContext context, StemGradientKernel k) => Math.Max(1, Math.Min(k.Lines, TileSelector.StemTaps(context.Isa) / k.Geometry.Kernel));

    private static void WriteLines(KernelContext context, StemGradientKernel k)
    {
        SourceWriter writer = context.Writer;
        int atOnce = LinesAtOnce(context, k), full = k.Lines / atOnce * atOnce, taps = TapsAtOnce(context, k);
        using (full > atOnce ? writer.Block($"for (nint line = 0; line < {full}; line += {atOnce})") : writer.Block())
        {
            if (full == atOnce) writer.Line("const nint line = 0;");
            WriteTaps(context, k, atOnce, taps);
        }

        if (full == k.Lines) return;
        using (writer.Block())
        {
            writer.Line($"const nint line = {full};");
            WriteTaps(context, k, k.Lines - full, taps);
        }
    }

    /// <summary>Lines <c>line</c> and those after it: what a row of outputs adds to their taps.</summary>
    private static void WriteTaps(KernelContext context, StemGradientKernel k, int lines, int tapsAtOnce)
    {
        SourceWriter writer = context.Writer;
        int size = k.Geometry.Kernel, lanes = context.Lanes, vectors = context.Isa.VectorsPerBlock;
        for (int start = 0; start < size; start += tapsAtOnce)
        {
            (int Line, int Tap)[] taps = [.. from line in Enumerable.Range(0, lines) from tap in Enumerable.Range(start, Math.Min(tapsAtOnce, size - start)) select (line, tap)];
            string Sum((int Line, int Tap) at, int v) => $"s{at.Line * size + at.Tap}{KernelContext.Letter(v)}";
            using (size > tapsAtOnce ? writer.Block() : Loops.Nothing.Instance)
            {
                writer.Line($"float* xt = image + line * {k.ImagePitch};");
                writer.Line("float* dt = dr;");
                foreach ((int, int) at in taps) writer.Line(string.Join(" ", Enumerable.Range(0, vectors).Select(v => $"var {Sum(at, v)} = {context.VectorOfFloat}.Zero;")));
                using (writer.Block($"for (nint column = 0; column < {k.Output.Width}; column++, xt += {k.Geometry.Stride}, dt += {lanes})"))
                {
                    writer.Line(string.Join(" ", Enumerable.Range(0, vectors).Select(v => $"var d{KernelContext.Letter(v)} = V.Load({KernelContext.At("dt", v * context.Isa.Floats)});")));
                    string declare = "var ";
                    foreach ((int Line, int Tap) at in taps)
                    {
                        IEnumerable<string> adds = Enumerable.Range(0, vectors).Select(v => $"{Sum(at, v)} = {context.Isa.MultiplyAdd("b", $"d{KernelContext.Letter(v)}", Sum(at, v))};");
                        writer.Line($"{declare}b = V.Create(xt[{at.Line * k.ImagePitch + at.Tap}]); {string.Join(" ", adds)}");
                        declare = "";
                    }
                }

                writer.Line($"float* st = share + line * {size * lanes};");
                foreach ((int Line, int Tap) at in taps)
                {
                    for (int v = 0; v < vectors; v++) WriteAdd(context, KernelContext.At("st", (at.Line * size + at.Tap) * lanes), v, Sum(at, v));
                }
            }
        }
    }

    private static void WriteBias(KernelContext context, StemGradientKernel k)
    {
        SourceWriter writer = context.Writer;
        for (int v = 0; v < context.Isa.VectorsPerBlock; v++)
        {
            string sum = $"sum{KernelContext.Letter(v)}";
            writer.Line($"var {sum} = {context.VectorOfFloat}.Zero;");
            writer.Line($"for (nint at = 0; at < {k.Output.Width * context.Lanes}; at += {context.Lanes}) {sum} += V.Load({KernelContext.At("dr + at", v * context.Isa.Floats)});");
            WriteAdd(context, $"share + {k.Reduction * context.Lanes}", v, sum);
        }
    }

    private static void WriteAdd(KernelContext context, string block, int vector, string sum)
    {
        string place = KernelContext.At(block, vector * context.Isa.Floats);
        context.Writer.Line($"V.Store(V.Load({place}) + {sum}, {place});");
    }
}
