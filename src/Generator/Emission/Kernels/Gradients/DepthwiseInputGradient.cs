using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels.Gradients;

/// <summary>
/// Writes rows of a depthwise convolution's input gradient. Each input gathers from the outputs whose kernels covered it; which taps those are
/// repeats with the stride, so that within a tile every place is a constant. Each column of the output's gradient is loaded once per kernel row.
/// </summary>
internal static class DepthwiseInputGradient
{
    public static void Write(KernelContext context, DepthwiseInputGradientKernel k)
    {
        SourceWriter writer = context.Writer;
        (int size, int stride) = (k.Geometry.Kernel, k.Geometry.Stride);
        int columns = TileSelector.ForDepthwiseInput(context.Isa, k.Columns, size, stride);
        string rows = string.Concat(Enumerable.Range(0, k.KernelRows).Select(row => $"float* dy{row}, "));
        string source = k.Source.Normalised ? $"float* x, float* affine, {(k.Source.HasSlope ? "float* derivative, " : "")}" : k.Source.Residual ? "float* residual, " : "";
        using (context.Method(k.Name, $"{rows}float* w, {source}float* dx{(k.Source.Normalised ? ", float* sums" : "")}", Contract(context, k, columns)))
        {
            int full = k.Columns / columns;
            int tail = k.Columns % columns;
            if (k.KernelRows > 1) writer.Line($"float** gradients = stackalloc float*[] {{ {string.Join(", ", Enumerable.Range(0, k.KernelRows).Select(row => $"dy{row}"))} }};");
            using (Loops.BlockVectors(context))
            {
                if (k.Source.Normalised)
                {
                    writer.Line($"var mean = V.Load(affine + {2 * context.Lanes}{Loops.Lane(context)});");
                    writer.Line(string.Join(" ", new[] { "total0", "total1", "centred0", "centred1" }.Select(sum => $"var {sum} = {context.VectorOfFloat}.Zero;")));
                }

                using (k.Rows > 1 ? writer.Block($"for (nint row = 0; row < {k.Rows}; row++)") : Loops.Nothing.Instance)
                {
                    using (full > 1 ? writer.Block($"for (nint tile = 0; tile < {full}; tile++)") : writer.Block())
                    {
                        writer.Line(full > 1 ? "nint begin = tile;" : "const nint begin = 0;");
                        WriteTile(context, k, columns, columns);
                    }

                    if (tail > 0)
                    {
                        using (writer.Block())
                        {
                            writer.Line($"const nint begin = {full}; // the last columns");
                            WriteTile(context, k, columns, tail);
                        }
                    }
                }

                if (!k.Source.Normalised) return;
                WriteSum(context, "total", 0);
                WriteSum(context, "centred", context.Lanes);
            }
        }
    }

    private static string Contract(KernelContext context, DepthwiseInputGradientKernel k, int columns)
    {
        (int size, int stride) = (k.Geometry.Kernel, k.Geometry.Stride);
        string next = k.Rows > 1 ? $"; the next row's {k.GradientRow} floats on" : "";
        string kernelRows = string.Join(", ", Enumerable.Range(0, k.KernelRows).Select(row => $"{k.FirstKernelRow + row * stride}"));
        return $"Gradient of the input of a depthwise convolution {size}×{size}, stride {stride}, 16 channels: {SourceWriter.Count(k.Rows, "row")} of {k.Columns}{(k.Rows > 1 && stride > 1 ? $", {stride} rows apart" : "")}.\n" +
            (k.KernelRows == 0 ? "  no kernel row reaches these rows\n" : $"  dy…    rows of the output's gradient that kernel rows {kernelRows} lead to, [column][16], {SourceWriter.Count(k.Border, "zero")} left{next}\n") +
            $"  w      [{size * size} taps][16]\n" +
            (k.Source.Normalised ? $"  x      the raw map, [{k.Columns}][16]{(k.Source.HasSlope ? "     derivative  the activation's derivative, like x" : "")}     affine  [scale, shift, mean, 1/deviation][16]\n" : "") +
            (k.Source.Residual ? "  residual like dx, may be dx\n" : "") +
            $"  dx     [{k.Columns}][16]{(k.Source.Normalised ? "     sums  [Σ dx, Σ dx·(x − mean)][16], added to" : "")}\n" +
            $"  tile   {SourceWriter.Count(columns, "column")}{(k.Columns % columns == 0 ? "" : $", the last {k.Columns % columns}")} × 1 vector: {columns} accumulators + {size} taps + 1 gradient = {columns + size + 1} of {context.Isa.Registers} registers\n" +
            "  sum    kernel row by kernel row";
    }

    private static void WriteTile(KernelContext context, DepthwiseInputGradientKernel k, int tileColumns, int columns)
    {
        SourceWriter writer = context.Writer;
        (int stride, int lanes) = (k.Geometry.Stride, context.Lanes);
        string lane = Loops.Lane(context);
        if (k.KernelRows > 0) writer.Line($"nint from = begin * {tileColumns / stride * lanes}{(k.Rows > 1 ? $" + row * {k.GradientRow}" : "")}{lane};");
        writer.Line($"nint at = begin * {tileColumns * lanes}{(k.Rows > 1 ? $" + row * {stride * k.Columns * lanes}" : "")}{lane};");
        writer.Line(string.Join(" ", Enumerable.Range(0, columns).Select(column => $"var y{column} = {context.VectorOfFloat}.Zero;")));
        if (k.KernelRows > 0)
        {
            using (k.KernelRows > 1 ? writer.Block($"for (nint over = 0; over < {k.KernelRows}; over++)") : Loops.Nothing.Instance) WriteKernelRow(context, k, columns);
        }

        for (int column = 0; column < columns; column++) WriteColumn(context, k, column);
    }

    /// <summary>What a row of the output's gradient adds to a tile, through the row of the kernel that leads to it.</summary>
    private static void WriteKernelRow(KernelContext context, DepthwiseInputGradientKernel k, int columns)
    {
        SourceWriter writer = context.Writer;
        (int size, int stride, int lanes) = (k.Geometry.Kernel, k.Geometry.Stride, context.Lanes);
        bool several = k.KernelRows > 1;
        writer.Line($"float* dt = {(several ? "gradients[over]" : "dy0")} + from;");
        var uses = (
            from column in Enumerable.Range(0, columns)
            let place = column + k.Geometry.PadLeft
            from tap in Enumerable.Range(0, size)
            where tap % stride == place % stride
            group (Column: column, Tap: tap) by (place - tap) / stride + k.Border into gradient
            orderby gradient.Key
            select gradient).ToList();
        int[] taps = uses.SelectMany(use => use.Select(one => one.Tap)).Distinct().OrderBy(tap => tap).ToArray();
        if (taps.Length > 0)
        {
            writer.Line($"float* wt = {KernelContext.At("w", k.FirstKernelRow * size * lanes)}{(several ? $" + over * {stride * size * lanes}" : "")}{Loops.Lane(context)};");
            writer.Line(string.Join(" ", taps.Select(tap => $"var w{tap} = V.Load({KernelContext.At("wt", tap * lanes)});")));
        }

        string declare = "var ";
        foreach (var use in uses)
        {
            IEnumerable<string> adds = use.Select(one => $"y{one.Column} = {context.Isa.MultiplyAdd("b", $"w{one.Tap}", $"y{one.Column}")};");
            writer.Line($"{declare}b = V.Load({KernelContext.At("dt", use.Key * lanes)}); {string.Join(" ", adds)}");
            declare = "";
        }
    }

    /// <summary>What is done with a column's sum.</summary>
    private static void WriteColumn(KernelContext context, DepthwiseInputGradientKernel k, int column)
    {
        string Place(string map) => $"{map} + at{(column == 0 ? "" : $" + {column * context.Lanes}")}";
        string y = $"y{column}";
        string added = k.Source.Residual ? $"{y} += V.Load({Place("residual")}); " : k.Source.HasSlope ? $"{y} *= V.Load({Place("derivative")}); " : "";
        int chain = column % 2;
        string summed = $" total{chain} += {y}; centred{chain} = {context.Isa.MultiplyAdd(y, $"V.Load({Place("x")}) - mean", $"centred{chain}")};";
        context.Writer.Line($"{added}V.Store({y}, {Place("dx")});{(k.Source.Normalised ? summed : "")}");
    }

    private static void WriteSum(KernelContext context, string sum, int at)
    {
        string place = $"{KernelContext.At("sums", at)}{Loops.Lane(context)}";
        context.Writer.Line($"V.Store(V.Load({place}) + ({sum}0 + {sum}1), {place});");
    }
}
