using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;

namespace EfficientNet.Compiler.Emission.Kernels.Training;

/// <summary>Writes what is done with a raw map in the forward pass of training: normalise, activate, gate, mask, add; or take the mean.</summary>
internal static class Normalise
{
    public static void Write(KernelContext context, NormaliseKernel k)
    {
        SourceWriter writer = context.Writer;
        string parameters = $"float* x, float* affine, {(k.Gate ? "float* gate, " : "")}{(k.Mask ? "float* mask, " : "")}{(k.Residual ? "float* residual, " : "")}float* y, nint positions, nint inputPlane, nint outputPlane, nint first, nint last";
        using (context.Method(k.Name, parameters,
            $"{k.Activation}(x · scale + shift){(k.Gate ? " · gate" : "")}{(k.Mask ? " · mask" : "")}{(k.Residual ? " + residual" : "")}.\n" +
            $"  x       [blocks] blocks, inputPlane floats apart, of [positions][16]     y{(k.Residual ? ", residual" : "")}  outputPlane floats apart\n" +
            $"  affine  [blocks][scale, shift, mean, 1/deviation][16]{(k.Gate ? $"     gate  [blocks][16]" : "")}{(k.Mask ? "     mask  one factor" : "")}\n" +
            "  work    blocks first … last − 1"))
        {
            ActivationText.Constants(context, k.Activation);
            if (k.Mask) writer.Line("var branch = V.Create(mask[0]);");
            if (context.Isa.IsX86) writer.Line($"nint ahead = positions * {context.Lanes} < inputPlane ? inputPlane : {PrefetchPlan.AheadInMap}; // a run of a map: the same run of the next block");
            using (ChannelLoop.Open(context))
            {
                ChannelLoop.Affine(context);
                if (k.Gate) writer.Line($"var gated = V.Load({ChannelLoop.Place(context, "gate", 1, 0)});");
                writer.Line($"float* xt = x + block * inputPlane{Loops.Lane(context)};");
                writer.Line($"float* yt = y + block * outputPlane{Loops.Lane(context)};");
                if (k.Residual) writer.Line($"float* added = residual + block * outputPlane{Loops.Lane(context)};");
                using (ChannelLoop.Positions(context))
                {
                    context.Fetch("xt + position + ahead");
                    writer.Line($"var v = {context.Isa.MultiplyAdd("V.Load(xt + position)", "factor", "offset")};");
                    ActivationText.Apply(context, k.Activation, "v");
                    if (k.Gate) writer.Line("v *= gated;");
                    string value = (k.Mask, k.Residual) switch
                    {
                        (true, true) => context.Isa.MultiplyAdd("v", "branch", "V.Load(added + position)"),
                        (true, false) => "v * branch",
                        (false, true) => "v + V.Load(added + position)",
                        _ => "v",
                    };
                    writer.Line($"V.Store({value}, yt + position);");
                }
            }
        }
    }

    public static void WritePool(KernelContext context, ActivationPoolKernel k)
    {
        SourceWriter writer = context.Writer;
        using (context.Method(k.Name, "float* x, float* affine, float* pooled, nint positions, nint first, nint last",
            $"The mean over positions of {k.Activation}(x · scale + shift).\n" +
            "  x       [blocks][positions][16]     affine  [blocks][scale, shift, mean, 1/deviation][16]     pooled  [blocks][16]\n" +
            "  sum     in runs of 64 positions\n" +
            "  work    blocks first … last − 1"))
        {
            ActivationText.Constants(context, k.Activation);
            writer.Line("var share = V.Create(1f / positions);");
            using (ChannelLoop.Open(context))
            {
                ChannelLoop.Affine(context);
                writer.Line($"float* xt = x + block * plane{Loops.Lane(context)};");
                ChannelLoop.Sum(context, k.Activation, [("total", ChannelLoop.Place(context, "pooled", 1, 0))], (own, at) =>
                {
                    writer.Line($"var v{own} = {context.Isa.MultiplyAdd($"V.Load(xt + {at})", "factor", "offset")};");
                    ActivationText.Apply(context, k.Activation, $"v{own}");
                    writer.Line($"total{own} += v{own};");
                }, "share");
            }
        }
    }
}
