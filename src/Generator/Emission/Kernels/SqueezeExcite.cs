using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes the two halves of squeeze-excite: the reduction by channel groups, and the gates, applied to the map or kept for the projection.</summary>
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
        string target = kernel.KeepsGates ? "float* gates" : kernel.Halves is null ? "float* map" : "float* map, float* map2";
        string use = kernel.KeepsGates ? "kept for the projection" : "applied to the map in place";
        using (context.Method(kernel.Name, $"{(kernel.Reduce is null ? "float* partials" : "float* sums, float* reduction")}, float* w, {target}, float* scratch, nint first, nint last",
            $"Squeeze-excite: {kernel.Blocks * context.Lanes} gates from {kernel.Squeeze} squeezed channels, {use}.\n" +
            $"  partials  [{SourceWriter.Count(kernel.Groups, "group")}][{hidden}]\n" +
            $"  w         [{hidden}] reduction bias, then for each of {kernel.Blocks} blocks [16] bias, [{kernel.Squeeze}][16]\n" +
            (kernel.KeepsGates ? $"  gates     [{kernel.Blocks * context.Lanes}]\n" : "") +
            $"  work      {kernel.Blocks} blocks of 16 channels; blocks first … last − 1 are {(kernel.KeepsGates ? "made" : "gated")} here, the squeeze is made by every worker for itself"))
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
        writer.Line($"float* wb = w + {hidden} + block * {PanelLayout.StrideOf(kernel.Squeeze, panelBlocks: 1)};");
        using (Loops.BlockVectors(context))
        {
            writer.Line($"var x = V.Load(wb{lane});");
            using (writer.Block($"for (nint s = 0; s < {kernel.Squeeze}; s++)"))
            {
                context.Fetch($"wb + {PrefetchPlan.Ahead} + s * {PrefetchPlan.LineFloats}");
                writer.Line($"x = {context.Isa.MultiplyAdd("V.Create(scratch[s])", $"V.Load(wb + 16 + s * 16{lane})", "x")};");
            }

            writer.Line("var gate = Sigmoid(x);");
            if (kernel.KeepsGates)
            {
                writer.Line($"V.Store(gate, gates + block * {context.Lanes}{lane});");
            }
            else
            {
                WriteGatedMap(context, kernel, lane);
            }
        }
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
}
