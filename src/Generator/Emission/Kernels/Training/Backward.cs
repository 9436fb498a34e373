using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning.Training;

namespace EfficientNet.Compiler.Emission.Kernels.Training;

/// <summary>Writes the adjoint of normalise → activate (→ gate, mean): first sums over positions, then the gradient of the raw map.</summary>
internal static class Backward
{
    public static void WriteSums(KernelContext context, BackwardSumsKernel k)
    {
        SourceWriter writer = context.Writer;
        bool gated = k.Form == BackwardForm.Gated;
        string[] sums = k.Form switch
        {
            BackwardForm.Gated => ["gateSum", "sum", "products", "slopes", "slopeProducts"],
            BackwardForm.Broadcast => ["slopes", "slopeProducts"],
            _ => ["sum", "products"],
        };
        string contents = k.Form switch
        {
            BackwardForm.Gated => "Σ dy·y, Σ dy·f′, Σ dy·f′·(x − mean), Σ f′, Σ f′·(x − mean)",
            BackwardForm.Broadcast => "Σ f′, Σ f′·(x − mean)",
            _ => "Σ dy·f′, Σ dy·f′·(x − mean)",
        };
        using (context.Method(k.Name, $"{(k.Form == BackwardForm.Broadcast ? "" : "float* dy, ")}float* x, float* affine, float* sums, nint positions, nint first, nint last",
            $"Sums over positions for the gradients of BatchNorm{(gated ? " and of the gate" : "")}; y = f(x · scale + shift), f′ the derivative there.\n" +
            $"  {(k.Form == BackwardForm.Broadcast ? "" : "dy, ")}x    [blocks][positions][16]     affine  [blocks][scale, shift, mean, 1/deviation][16]\n" +
            $"  sums    [blocks][{contents}][16], in runs of 64 positions\n" +
            "  work    blocks first … last − 1"))
        {
            if (k.Activation != ActivationKind.None) ActivationText.ConstantsWithDerivative(context, k.Activation);
            else if (k.Form != BackwardForm.Map) writer.Line("var ones = V.Create(1f);");
            using (ChannelLoop.Open(context))
            {
                WriteAffine(context, k.Activates);
                string at = $"block * plane{Loops.Lane(context)}";
                if (k.Form != BackwardForm.Broadcast) writer.Line($"float* gt = dy + {at};");
                writer.Line($"float* xt = x + {at};");
                ChannelLoop.Sum(context, k.Activation, sums.Select((sum, i) => (sum, ChannelLoop.Place(context, "sums", sums.Length, i))).ToArray(), (own, place) => WriteTerms(context, k, own, place));
            }
        }
    }

    public static void WriteMap(KernelContext context, BackwardMapKernel k)
    {
        SourceWriter writer = context.Writer;
        string factors = k.Form switch
        {
            BackwardForm.Gated => "float* gate, float* pooled, ",
            BackwardForm.Broadcast => "float* pooled, ",
            _ => k.Mask ? "float* mask, " : "",
        };
        string upstream = k.Form switch { BackwardForm.Gated => "(dy · gate + pooled)", BackwardForm.Broadcast => "pooled", _ => k.Mask ? "dy · mask" : "dy" };
        using (context.Method(k.Name, $"{(k.Form == BackwardForm.Broadcast ? "" : "float* dy, ")}float* x, float* affine, float* slopes, {factors}float* y, nint positions, nint first, nint last",
            $"The gradient of a raw map x: A · d + B + C · (x − mean), d = {upstream}{(k.Activation == ActivationKind.None ? "" : $" · {k.Activation}′(x · scale + shift)")}.\n" +
            $"  {(k.Form == BackwardForm.Broadcast ? "" : "dy, ")}x, y  [blocks][positions][16]{(k.Form == BackwardForm.Broadcast ? "" : ", y may be dy")}     affine  [blocks][scale, shift, mean, 1/deviation][16]\n" +
            $"  slopes   [blocks][A, B, C][16]{(k.Form == BackwardForm.Map ? k.Mask ? "     mask  one factor" : "" : $"     {(k.Form == BackwardForm.Gated ? "gate, " : "")}pooled  [blocks][16]")}\n" +
            "  work     blocks first … last − 1"))
        {
            if (k.Activation != ActivationKind.None) ActivationText.ConstantsWithDerivative(context, k.Activation);
            if (k.Mask) writer.Line("var branch = V.Create(mask[0]);");
            using (ChannelLoop.Open(context))
            {
                WriteRecords(context, k);
                string at = $"block * plane{Loops.Lane(context)}";
                if (k.Form != BackwardForm.Broadcast) writer.Line($"float* gt = dy + {at};");
                writer.Line($"float* xt = x + {at};");
                writer.Line($"float* yt = y + {at};");
                using (ChannelLoop.Positions(context)) WriteGradient(context, k);
            }
        }
    }

    private static void WriteTerms(KernelContext context, BackwardSumsKernel k, string own, string at)
    {
        SourceWriter writer = context.Writer;
        string Added(string sum, string a, string b) => $"{sum}{own} = {context.Isa.MultiplyAdd(a, b, sum + own)};";
        (string raw, string v, string derivative, string centred, string upstream) = ($"raw{own}", $"v{own}", $"derivative{own}", $"centred{own}", $"upstream{own}");
        writer.Line($"var {raw} = V.Load(xt + {at});");
        if (k.Activates) WriteActivated(context, k.Activation, raw, v, derivative);
        string slope = k.Activation == ActivationKind.None ? "ones" : derivative;
        writer.Line($"var {centred} = {raw} - mean;");
        if (k.Form != BackwardForm.Broadcast)
        {
            writer.Line($"var {upstream} = V.Load(gt + {at});");
            if (k.Form == BackwardForm.Gated) writer.Line(Added("gateSum", upstream, v));
            if (k.Activation != ActivationKind.None) writer.Line($"{upstream} *= {derivative};");
            writer.Line($"sum{own} += {upstream};");
            writer.Line(Added("products", upstream, centred));
        }

        if (k.Form == BackwardForm.Map) return;
        writer.Line($"slopes{own} += {slope};");
        writer.Line(Added("slopeProducts", slope, centred));
    }

    /// <summary>A channel's mean, and where the map is activated its scale and shift.</summary>
    private static void WriteAffine(KernelContext context, bool activated)
    {
        if (activated) ChannelLoop.Affine(context, mean: true);
        else context.Writer.Line($"var mean = V.Load({ChannelLoop.Place(context, "affine", 4, 2)});");
    }

    /// <summary>Channel records in registers. B and the mean are taken together: B + C · (x − mean) = (B − C · mean) + C · x would cancel, so the mean stays.</summary>
    private static void WriteRecords(KernelContext context, BackwardMapKernel k)
    {
        SourceWriter writer = context.Writer;
        WriteAffine(context, k.Activation != ActivationKind.None);
        writer.Line($"var times = V.Load({ChannelLoop.Place(context, "slopes", 3, 0)});");
        writer.Line($"var constant0 = V.Load({ChannelLoop.Place(context, "slopes", 3, 1)});");
        writer.Line($"var linear0 = V.Load({ChannelLoop.Place(context, "slopes", 3, 2)});");
        if (k.Form == BackwardForm.Gated) writer.Line($"var gated = V.Load({ChannelLoop.Place(context, "gate", 1, 0)});");
        if (k.Form != BackwardForm.Map) writer.Line($"var through = V.Load({ChannelLoop.Place(context, "pooled", 1, 0)});");
    }

    private static void WriteGradient(KernelContext context, BackwardMapKernel k)
    {
        SourceWriter writer = context.Writer;
        writer.Line("var raw = V.Load(xt + position);");
        if (k.Activation != ActivationKind.None) WriteActivated(context, k.Activation, "raw", "v", "derivative");
        string upstream = k.Form switch
        {
            BackwardForm.Gated => context.Isa.MultiplyAdd("V.Load(gt + position)", "gated", "through"),
            BackwardForm.Broadcast => "through",
            _ => k.Mask ? "V.Load(gt + position) * branch" : "V.Load(gt + position)",
        };
        writer.Line($"var d = {upstream}{(k.Activation == ActivationKind.None ? "" : k.Form == BackwardForm.Gated ? "" : " * derivative")};");
        if (k.Form == BackwardForm.Gated && k.Activation != ActivationKind.None) writer.Line("d *= derivative;");
        writer.Line($"var corrected = {context.Isa.MultiplyAdd("raw - mean", "linear0", "constant0")};");
        writer.Line($"V.Store({context.Isa.MultiplyAdd("d", "times", "corrected")}, yt + position);");
    }

    private static void WriteActivated(KernelContext context, ActivationKind activation, string raw, string v, string derivative)
    {
        context.Writer.Line($"var {v} = {context.Isa.MultiplyAdd(raw, "factor", "offset")};");
        if (activation != ActivationKind.None) ActivationText.ApplyWithDerivative(context, activation, v, derivative);
    }
}
