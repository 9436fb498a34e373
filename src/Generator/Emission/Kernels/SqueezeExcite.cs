using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes the two halves of squeeze-excite: the reduction by channel groups, and the gates with their application.</summary>
internal static class SqueezeExcite
{
    public static void WriteSqueeze(KernelContext context, SqueezeKernel kernel)
    {
        SourceWriter writer = context.Writer;
        int channels = kernel.Blocks * context.Lanes;
        int outputs = kernel.SqueezeBlocks * context.Lanes;
        string Sum(int step) => kernel.Bands == 1
            ? $"sums[k + {step}]"
            : string.Join(" + ", Enumerable.Range(0, kernel.Bands).Select(band => $"sums[k + {band * kernel.BandStride + step}]"));
        using (context.Method(kernel.Name, "float* sums, float* w, float* partial",
            $"Squeeze-excite reduction, the share of {channels} channels: the mean over {kernel.Positions} positions times their weights.\n" +
            $"  sums [{SourceWriter.Count(kernel.Bands, "band")}][…{channels}]     w  [{channels}][{outputs}]     partial  [{outputs}]\n" +
            "  sum  four chains of every fourth channel, added in pairs; divided by the positions at the end"))
        {
            using (writer.Block($"for (nint j = 0; j < {outputs}; j += {context.Isa.Floats})"))
            {
                writer.Line($"var a0 = {context.VectorOfFloat}.Zero; var a1 = a0; var a2 = a0; var a3 = a0;");
                using (writer.Block($"for (nint k = 0; k < {channels}; k += 4)"))
                {
                    for (int step = 0; step < 4; step++)
                    {
                        writer.Line($"a{step} = {context.Isa.MultiplyAdd($"V.Create({Sum(step)})", $"V.Load(w + k * {outputs} + j + {step * outputs})", $"a{step}")};");
                    }
                }

                writer.Line($"V.Store(((a0 + a1) + (a2 + a3)) * V.Create(1f / {kernel.Positions}f), partial + j);");
            }
        }
    }

    public static void WriteGate(KernelContext context, GateKernel kernel)
    {
        SourceWriter writer = context.Writer;
        int hidden = kernel.SqueezeBlocks * context.Lanes;
        string target = kernel.GatedProjection is null
            ? kernel.Halves is null ? "float* map" : "float* map, float* map2"
            : kernel.GatesHalves ? "float* projection, float* gated, float* gated2" : "float* projection, float* gated";
        string target2 = kernel.GatedProjection is { } p ? $"applied to the projection's {p.Reduction} × {p.OutputBlocks * context.Lanes} weights" : "applied to the map in place";
        using (context.Method(kernel.Name, $"{(kernel.Reduce is null ? "float* partials" : "float* sums, float* reduction")}, float* w, {target}, float* scratch, nint first, nint last",
            $"Squeeze-excite: {kernel.Blocks * context.Lanes} gates from {kernel.Squeeze} squeezed channels, {target2}.\n" +
            $"  partials  [{SourceWriter.Count(kernel.Groups, "group")}][{hidden}]\n" +
            $"  w         [{hidden}] reduction bias, then for each of {kernel.Blocks} blocks [16] bias, [{kernel.Squeeze}][16]\n" +
            $"  work      {kernel.Blocks} blocks of 16 channels; blocks first … last − 1 are gated here, the squeeze is made by every worker for itself"))
        {
            if (kernel.Reduce is { } reduce)
            {
                writer.Line("// the share of every channel group, over all bands");
                writer.Line($"float* partials = scratch + {hidden};");
                using (writer.Block($"for (nint group = 0; group < {kernel.Groups}; group++)"))
                {
                    writer.Line($"{reduce.Name}(sums + group * {kernel.GroupBlocks * context.Lanes}, reduction + group * {kernel.GroupStride}, partials + group * {hidden});");
                }
            }

            WriteHidden(context, kernel, hidden);
            writer.Line("// gates");
            if (kernel.GatedProjection is not null) writer.Line($"float* gates = scratch + {kernel.GatesAt};");
            using (writer.Block("for (nint block = first; block < last; block++)"))
            {
                WriteGates(context, kernel, hidden);
            }
        }
    }

    private static void WriteHidden(KernelContext context, GateKernel kernel, int hidden)
    {
        SourceWriter writer = context.Writer;
        writer.Line("// squeezed channels: bias, then group by group, then the activation");
        using (writer.Block())
        {
            ActivationText.Constants(context, kernel.Activation);
            using (writer.Block($"for (nint j = 0; j < {hidden}; j += {context.Isa.Floats})"))
            {
                writer.Line("var h = V.Load(w + j);");
                writer.Line($"for (nint group = 0; group < {kernel.Groups}; group++) h += V.Load(partials + group * {hidden} + j);");
                ActivationText.Apply(context, kernel.Activation, "h");
                writer.Line("V.Store(h, scratch + j);");
            }
        }
    }

    private static void WriteGates(KernelContext context, GateKernel kernel, int hidden)
    {
        SourceWriter writer = context.Writer;
        string lane = Loops.Lane(context);
        writer.Line($"float* wb = w + {hidden} + block * {(kernel.Squeeze + 1) * context.Lanes};");
        using (Loops.BlockVectors(context))
        {
            writer.Line($"var x = V.Load(wb{lane});");
            using (writer.Block($"for (nint s = 0; s < {kernel.Squeeze}; s++)"))
            {
                context.Fetch($"wb + {PrefetchPlan.Ahead} + s * {PrefetchPlan.LineFloats}");
                writer.Line($"x = {context.Isa.MultiplyAdd("V.Create(scratch[s])", $"V.Load(wb + 16 + s * 16{lane})", "x")};");
            }

            writer.Line("var gate = Sigmoid(x);");
            if (kernel.GatedProjection is null)
            {
                WriteGatedMap(context, kernel, lane);
            }
            else
            {
                writer.Line($"V.Store(gate, gates{lane});");
            }
        }

        if (kernel.GatedProjection is { } projection) WriteGatedWeights(context, kernel, projection);
    }

    /// <summary>Multiplies a block of the map, wherever it lies.</summary>
    private static void WriteGatedMap(KernelContext context, GateKernel kernel, string lane)
    {
        switch (kernel.Halves)
        {
            case null:
                Multiply($"map + block * {kernel.Positions * context.Lanes}", kernel.Positions);
                break;
            case { OfRows: true } rows:
                using (context.Writer.Block()) Multiply($"map + block * {rows.Plane}", rows.Positions(0));
                using (context.Writer.Block()) Multiply($"map2 + block * {rows.Plane}", rows.Positions(1));
                break;
            case { } channels:
                Multiply($"(block < {channels.First} ? map + block * {channels.Plane} : map2 + (block - {channels.First}) * {channels.Plane})", kernel.Positions);
                break;
        }

        void Multiply(string place, int positions)
        {
            context.Writer.Line($"float* m = {place}{lane};");
            context.Writer.Line($"for (nint position = 0; position < {positions * context.Lanes}; position += 16) V.Store(V.Load(m + position) * gate, m + position);");
        }
    }

    private static void WriteGatedWeights(KernelContext context, GateKernel kernel, PointwiseMapKernel projection)
    {
        SourceWriter writer = context.Writer;
        int panels = projection.OutputBlocks / projection.PanelBlocks;
        int tail = projection.OutputBlocks % projection.PanelBlocks;
        bool whole = projection.Reduction % context.Lanes == 0;
        string count = whole ? "16" : $"Math.Min(16, {projection.Reduction} - block * 16)";
        writer.Line($"nint channels = {count};");
        string matrix = "projection", copy = "gated", inCopy = "block", stride = $"{projection.PanelStride}";
        if (kernel.GatesHalves)
        {
            int blocks = kernel.Halves!.First, panelFloats = projection.PanelBlocks * context.Lanes;
            (matrix, copy, inCopy, stride) = ("matrix", "half", "inHalf", $"{blocks * context.Lanes * panelFloats}");
            writer.Line($"float* matrix = block < {blocks} ? projection : projection + {kernel.ProjectionHalfStride};");
            writer.Line($"float* half = block < {blocks} ? gated : gated2;");
            writer.Line($"nint inHalf = block < {blocks} ? block : block - {blocks};");
        }

        void Panel(string panel, int blocks)
        {
            int width = blocks * context.Lanes;
            writer.Line($"float* from = {matrix} + {panel} * {kernel.ProjectionPanelStride} + {inCopy} * {context.Lanes * width};");
            writer.Line($"float* to = {copy} + {panel} * {stride} + {inCopy} * {context.Lanes * width};");
            using (writer.Block("for (nint k = 0; k < channels; k++)"))
            {
                writer.Line("var g = V.Create(gates[k]);");
                writer.Line($"for (nint n = 0; n < {width}; n += {context.Isa.Floats}) V.Store(V.Load(from + k * {width} + n) * g, to + k * {width} + n);");
            }
        }

        if (panels > 0)
        {
            using (writer.Block($"for (nint panel = 0; panel < {panels}; panel++)")) Panel("panel", projection.PanelBlocks);
        }

        if (tail > 0)
        {
            using (writer.Block()) Panel($"{panels}", tail);
        }
    }
}
