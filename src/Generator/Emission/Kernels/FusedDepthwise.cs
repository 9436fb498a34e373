using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>
/// Writes producer → depthwise (→ squeeze) over a ring of rows: the producer's map, the largest of the network,
/// never exists; a few rows of it stay in the first-level cache.
/// </summary>
internal static class FusedDepthwise
{
    public static PointwiseRowKernel? Expansion(FusedDepthwiseKernel k) => k.Producer != ProducerKind.Pointwise ? null :
        new PointwiseRowKernel(k.Reduction, MapLayout.Plane(k.Source), k.Expanded.Width, k.GroupBlocks, k.RingBlockStride, KernelContext.ClampOf(k.ProducerActivation))
        {
            Rows = k.RowsAtOnce,
            OutputRow = k.RingRowFloats,
        }.FetchingAhead(k.GroupStride, k.Expanded.Height / k.RowsAtOnce);

    public static StemRowKernel? Stem(FusedDepthwiseKernel k) => k.Producer != ProducerKind.Stem ? null : new StemRowKernel(
        k.ProducerGeometry.Kernel, k.ProducerGeometry.Stride, k.Source.Channels, k.Expanded.Width, k.GroupBlocks, k.ImagePitch, k.RingBlockStride,
        KernelContext.ClampOf(k.ProducerActivation));

    public static NormaliseRowsKernel? Normalisation(FusedDepthwiseKernel k) => k.Producer != ProducerKind.Normalise ? null : new NormaliseRowsKernel(k.ProducerActivation, Derivative: false);

    public static RowPassKernel? ProducerPass(FusedDepthwiseKernel k) => k.Producer == ProducerKind.Normalise ? null : KernelContext.RowPassOf(k.ProducerActivation);

    public static DepthwiseRowKernel Row(FusedDepthwiseKernel k) => new(
        k.Depthwise.Kernel, k.Depthwise.Stride, k.Output.Width, k.RingBlockStride, k.Streams ? k.OutputRowFloats : k.OutputPlane, KernelContext.ClampOf(k.DepthwiseActivation));

    public static RowPassKernel? OutputPass(FusedDepthwiseKernel k) => KernelContext.PassOf(k.DepthwiseActivation) is var pass && (pass != ActivationKind.None || k.Pooled || k.Streams)
        ? new RowPassKernel(pass, k.Pooled) { Streams = k.Streams }
        : null;

    /// <summary>Row and pass as one, where that is faster.</summary>
    public static ActivatedDepthwiseRowKernel? ActivatedRow(FusedDepthwiseKernel k) => ActivatedDepthwiseRowKernel.Of(Row(k), OutputPass(k));

    public static IEnumerable<Kernel> Calls(FusedDepthwiseKernel k) => Widths(k).SelectMany(part =>
        new Kernel?[] { Expansion(part), Stem(part), Normalisation(part), ProducerPass(part), Row(part), OutputPass(part), ActivatedRow(part), part.ReducesSqueeze ? part.Squeeze : null }.OfType<Kernel>());

    /// <summary>The kernel as its full groups are made, and as the narrower last one is.</summary>
    private static IEnumerable<FusedDepthwiseKernel> Widths(FusedDepthwiseKernel k)
    {
        if (k.FullGroups > 0) yield return k;
        if (k.TailBlocks > 0) yield return k.Tail;
    }

    public static void Write(KernelContext context, FusedDepthwiseKernel k)
    {
        SourceWriter writer = context.Writer;
        int group = k.GroupBlocks * context.Lanes;
        string producer = k.Producer switch { ProducerKind.Stem => "Stem", ProducerKind.Pointwise => "Expansion", ProducerKind.Normalise => "Normalised map", _ => "Stored map" };
        using (context.Method(k.Name, $"float* x, {(k.Producer == ProducerKind.Normalise ? "float* affine, " : "")}float* weights, float* d, {(k.Halves is null ? "" : "float* d2, ")}{(k.Pooled ? "float* sums, " : "")}{(k.ReducesSqueeze ? "float* partials, " : "")}float* scratch, float* trace, nint first, nint last",
            $"{producer} {k.Source} → {k.Expanded}, then depthwise {k.Depthwise.Kernel}×{k.Depthwise.Kernel} stride {k.Depthwise.Stride} → {k.Output}.\n" +
            $"  scratch  ring of {k.RingRows} rows [{SourceWriter.Count(k.GroupBlocks, "block")}][{k.RingColumns} columns, {SourceWriter.Count(k.Depthwise.PadLeft, "zero")} left][16]: {k.RingRows * k.RingRowFloats * 4 / 1024} KiB; one row of zeros{(k.Producer == ProducerKind.Stem ? "; image rows" : "")}{(k.Streams ? "; one row of outputs, which goes past the caches to the map" : "")}\n" +
            $"  weights  for each group of {SourceWriter.Count(k.GroupBlocks, "block")}, {k.GroupStride} floats{(k.KeepsChannels ? "" : $": [{group}] bias, [{k.Reduction}][{group}],")} depthwise [{k.GroupBlocks}][taps, bias][16]{(k.Squeeze is null ? "" : ", squeeze rows")}\n" +
            $"  work     {SourceWriter.Count(k.Bands, "band")} of {SourceWriter.Count(k.BandRows, "row")} × {SourceWriter.Count(k.Groups, "group")}{(k.TailBlocks == 0 ? "" : $", the last of {SourceWriter.Count(k.TailBlocks, "block")}")}; pieces first … last − 1 are made here\n" +
            (k.Halves is not { } halves ? "" : $"  d, d2    the map in halves of {halves.Length(0)} and {SourceWriter.Count(halves.Length(1), "row")}: each [blocks], {halves.Plane} floats apart, of [row][column][16]\n") +
            (k.Producer == ProducerKind.Normalise ? "  affine   [channels / 16][scale, shift, mean, 1/deviation][16]\n" : "") +
            "  trace    null, or where the producer's map is to be stored"))
        {
            WriteZeros(context, k);
            WriteGroups(context, k);
        }
    }

    /// <summary>
    /// Bands are numbered before groups: a worker makes the same rows of all groups. It made the rows above them in the last kernel and reads
    /// its own in the next one, and only the rows between two workers are expanded twice.
    /// </summary>
    private static void WriteGroups(KernelContext context, FusedDepthwiseKernel k)
    {
        SourceWriter writer = context.Writer;
        if (k.Bands > 1)
        {
            using (writer.Block($"for (nint group = 0; group < {k.Groups}; group++)"))
            {
                string Band(string piece) => k.Groups == 1 ? piece : $"({piece} - group + {k.Groups - 1}) / {k.Groups}";
                writer.Line($"nint band = {Band("first")};");
                writer.Line($"nint bandsEnd = {Band("last")};");
                if (k.Groups > 1) writer.Line("if (band == bandsEnd) continue;");
                WriteGroup(context, k, k);
            }

            return;
        }

        bool tail = k.TailBlocks > 0;
        if (k.FullGroups > 0)
        {
            using (writer.Block($"for (nint group = first; group < {(tail ? $"Math.Min({k.FullGroups}, last)" : "last")}; group++)")) WriteGroup(context, k, k);
        }

        if (!tail) return;
        writer.Line($"if (first == last || last < {k.Groups}) return;");
        using (writer.Block())
        {
            writer.Line($"nint group = {k.FullGroups}; // the narrower last one");
            WriteGroup(context, k, k.Tail);
        }
    }

    /// <summary>One group of channels.</summary>
    /// <param name="context">Text and instruction set.</param>
    /// <param name="k">The kernel, which says where the group's weights and maps lie.</param>
    /// <param name="part">The kernel as it is for this group's width.</param>
    private static void WriteGroup(KernelContext context, FusedDepthwiseKernel k, FusedDepthwiseKernel part)
    {
        context.Writer.Line($"float* w = weights + group * {k.GroupStride};");
        if (k.KeepsChannels) context.Writer.Line($"float* xg = x + group * {k.GroupBlocks * MapLayout.Plane(k.Source)};");
        if (k.Halves is null) context.Writer.Line($"float* dg = d + group * {k.GroupBlocks * k.OutputPlane};");
        WriteBands(context, k, part);
        if (k.Streams) context.AwaitStreams();
    }

    /// <summary>Borders are zero before the first row: another geometry may have used the scratch.</summary>
    private static void WriteZeros(KernelContext context, FusedDepthwiseKernel k)
    {
        SourceWriter writer = context.Writer;
        int left = k.Depthwise.PadLeft * context.Lanes;
        int right = left + k.Expanded.Width * context.Lanes;
        writer.Line("// zero borders and the row of zeros");
        if (left > 0 || right < k.RingBlockStride)
        {
            using (writer.Block($"for (nint line = 0; line < {k.RingRows * k.GroupBlocks}; line++)"))
            {
                if (left > 0) writer.Line($"new Span<float>(scratch + line * {k.RingBlockStride}, {left}).Clear();");
                if (right < k.RingBlockStride) writer.Line($"new Span<float>(scratch + line * {k.RingBlockStride} + {right}, {k.RingBlockStride - right}).Clear();");
            }
        }

        writer.Line($"new Span<float>(scratch + {k.ZeroRowAt}, {k.RingRowFloats}).Clear();");
        if (k.Producer != ProducerKind.Stem) return;
        writer.Line($"float* image = scratch + {k.ImageAt};");
        writer.Line($"new Span<float>(image, {k.Source.Channels * k.ProducerGeometry.Kernel * k.ImagePitch}).Clear();");
    }

    private static void WriteBands(KernelContext context, FusedDepthwiseKernel k, FusedDepthwiseKernel part)
    {
        SourceWriter writer = context.Writer;
        int group = k.GroupBlocks * context.Lanes;
        int stride = k.Depthwise.Stride;
        string fromRow = $"{(k.Bands == 1 ? "0" : $"band * {k.BandRows}")}";
        if (k.RowsAtOnce > 1) WriteWholeProducer(context, k, part);
        else writer.Line(k.Bands == 1 ? "nint made = 0;" : $"nint made = Math.Max(0, {fromRow} * {stride} - {k.Depthwise.PadTop}); // the next row of the producer");
        using (k.Bands == 1 ? writer.Block() : writer.Block("for (nint b = band; b < bandsEnd; b++)"))
        {
            if (k.Halves is { } halves)
            {
                writer.Line($"float* dg = (b < {halves.First / k.BandRows} ? d : d2 - {halves.First * k.Output.Width * context.Lanes}) + group * {k.GroupBlocks * k.OutputPlane};");
            }

            if (k.Pooled)
            {
                writer.Line($"float* sum = sums{(k.Bands == 1 ? "" : $" + b * {MapLayout.Blocks(k.Expanded.Channels) * context.Lanes}")} + group * {group};");
                writer.Line($"new Span<float>(sum, {part.GroupBlocks * context.Lanes}).Clear();");
            }

            string rows = k.Bands == 1 ? $"for (nint row = 0; row < {k.Output.Height}; row++)"
                : k.Bands * k.BandRows == k.Output.Height ? $"for (nint row = b * {k.BandRows}; row < (b + 1) * {k.BandRows}; row++)"
                : $"for (nint row = b * {k.BandRows}; row < Math.Min({k.Output.Height}, (b + 1) * {k.BandRows}); row++)";
            using (writer.Block(rows))
            {
                writer.Line($"nint top = row * {stride} - {k.Depthwise.PadTop};");
                if (k.RowsAtOnce == 1)
                {
                    writer.Line($"nint needed = Math.Min({k.Expanded.Height}, top + {k.RowsForOne});");
                    using (writer.Block("for (; made < needed; made++)")) WriteProducer(context, k, part);
                }

                WriteDepthwise(context, k, part);
            }
        }

        if (k.ReducesSqueeze)
        {
            writer.Line("// this group's share of the squeeze");
            int squeeze = k.Squeeze!.SqueezeBlocks * context.Lanes;
            writer.Line($"{part.Squeeze!.Name}(sums + group * {group}, w + {k.ProducerFloats + k.DepthwiseFloats}, partials + group * {squeeze});");
        }
    }

    /// <summary>A map so small that the ring holds it is expanded at once: the weights are read once for all of its rows.</summary>
    private static void WriteWholeProducer(KernelContext context, FusedDepthwiseKernel k, FusedDepthwiseKernel part)
    {
        SourceWriter writer = context.Writer;
        PointwiseRowKernel expansion = Expansion(part)!;
        bool fetches = expansion.Fetches(context.Isa).Ahead > 0;
        writer.Line($"{expansion.Name}(x, w + {PanelLayout.BiasesOf(k.GroupBlocks)}, w, scratch + {k.Depthwise.PadLeft * context.Lanes}{(fetches ? $", w + {PrefetchPlan.Ahead}" : "")});");
        using (writer.Block($"for (nint made = 0; made < {k.Expanded.Height}; made++)"))
        {
            WriteRingRow(context, part);
            WriteAfterProducer(context, k, part);
        }
    }

    /// <summary>Declares <c>e</c>, where row <c>made</c> of the producer lies.</summary>
    private static void WriteRingRow(KernelContext context, FusedDepthwiseKernel k) =>
        context.Writer.Line($"float* e = scratch + (made & {k.RingRows - 1}) * {k.RingRowFloats} + {k.Depthwise.PadLeft * context.Lanes};");

    private static void WriteProducer(KernelContext context, FusedDepthwiseKernel k, FusedDepthwiseKernel part)
    {
        SourceWriter writer = context.Writer;
        int group = k.GroupBlocks * context.Lanes;
        WriteRingRow(context, part);
        if (Expansion(part) is { } expansion)
        {
            long fetched = expansion.Fetches(context.Isa).Ahead * expansion.Tiling(context.Isa).Steps;
            writer.Line($"{expansion.Name}(x + made * {k.Source.Width * context.Lanes}, w + {group}, w, e{(fetched > 0 ? $", w + {PrefetchPlan.Ahead} + made * {fetched}" : "")});");
        }
        else if (Stem(part) is { } stem)
        {
            StemRow.WriteImageRows(context, k.Source, k.ProducerGeometry, k.ImagePitch);
            writer.Line($"{stem.Name}(image, w + {group}, w, e);");
        }
        else if (Normalisation(k) is { } normalisation)
        {
            writer.Line($"{normalisation.Name}(xg + made * {k.Source.Width * context.Lanes}, affine + group * {k.GroupBlocks * 4 * context.Lanes}, e, {NormaliseRows.Geometry(1, k.Expanded.Width, part.GroupBlocks, MapLayout.Plane(k.Source), k.RingBlockStride, part.RingRowFloats)});");
        }
        else
        {
            int row = k.Source.Width * context.Lanes;
            writer.Line($"for (nint block = 0; block < {part.GroupBlocks}; block++) new ReadOnlySpan<float>(xg + block * {MapLayout.Plane(k.Source)} + made * {row}, {row}).CopyTo(new Span<float>(e + block * {k.RingBlockStride}, {row}));");
        }

        WriteAfterProducer(context, k, part);
    }

    /// <summary>The activation, and the trace of a row.</summary>
    private static void WriteAfterProducer(KernelContext context, FusedDepthwiseKernel k, FusedDepthwiseKernel part)
    {
        SourceWriter writer = context.Writer;
        if (ProducerPass(k) is { } pass) writer.Line($"{pass.Name}(e, {RowPassKernel.Geometry(part.GroupBlocks, k.Expanded.Width, k.RingBlockStride)});");
        if (k.Producer != ProducerKind.None)
        {
            int row = k.Expanded.Width * context.Lanes;
            using (writer.Block("if (trace != null)"))
            {
                writer.Line($"for (nint block = 0; block < {part.GroupBlocks}; block++) new ReadOnlySpan<float>(e + block * {k.RingBlockStride}, {row}).CopyTo(new Span<float>(trace + (group * {k.GroupBlocks} + block) * {MapLayout.Plane(k.Expanded)} + made * {row}, {row}));");
            }
        }
    }

    private static void WriteDepthwise(KernelContext context, FusedDepthwiseKernel k, FusedDepthwiseKernel part)
    {
        SourceWriter writer = context.Writer;
        int size = k.Depthwise.Kernel;
        bool above = k.Depthwise.PadTop > 0;
        bool below = (k.Output.Height - 1) * k.Depthwise.Stride - k.Depthwise.PadTop + size > k.Expanded.Height;
        for (int tap = 0; tap < size; tap++)
        {
            string outside = string.Join(" || ", new[] { above && tap < k.Depthwise.PadTop ? tap == 0 ? "top < 0" : $"top < -{tap}" : null, below ? $"top >= {Numbers.Show(k.Expanded.Height - tap)}" : null }.OfType<string>());
            string ring = $"scratch + ((top + {tap}) & {k.RingRows - 1}) * {part.RingRowFloats}";
            writer.Line($"float* x{tap} = {(outside.Length > 0 ? $"{outside} ? scratch + {k.ZeroRowAt} : " : "")}{ring};");
        }

        string output = $"dg + row * {k.OutputRowFloats}";
        writer.Line($"float* y = {(k.Streams ? $"scratch + {k.OutputRowAt}" : output)};");
        string inputs = $"{DepthwiseRow.Inputs(size, "x")}, w + {k.ProducerFloats}, y";
        if (ActivatedRow(k) is { } activated)
        {
            writer.Line($"{activated.Name}({inputs}{(k.Pooled ? ", sum" : "")}, {part.GroupBlocks});");
            return;
        }

        writer.Line($"{Row(k).Name}({inputs}, {part.GroupBlocks});");
        if (OutputPass(k) is { } pass) writer.Line($"{pass.Name}(y{(k.Streams ? $", {output}" : "")}{(k.Pooled ? ", sum" : "")}, {RowPassKernel.Geometry(part.GroupBlocks, k.Output.Width, k.OutputPlane)});");
    }
}
