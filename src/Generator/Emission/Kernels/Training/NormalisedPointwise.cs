using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;

namespace EfficientNet.Compiler.Emission.Kernels.Training;

/// <summary>Writes the projection of training: runs of activated positions into scratch memory, then the panels of the pointwise convolution.</summary>
internal static class NormalisedPointwise
{
    public static IEnumerable<Kernel> Calls(NormalisedPointwiseKernel k) => Runs(k).SelectMany(run => new Kernel[] { Activated(k), Panel(k, run) });

    public static NormaliseKernel Activated(NormalisedPointwiseKernel k) => new(k.Activation, k.Gated, Mask: false, Residual: false);

    private static PointwiseRowKernel Panel(NormalisedPointwiseKernel k, int run) =>
        new(k.Weights.Rows, run * MapLayout.Lanes, run, k.PanelBlocks, MapLayout.Plane(k.Input), ActivationKind.None);

    private static IEnumerable<int> Runs(NormalisedPointwiseKernel k) => k.LastRun == 0 ? [k.Run] : [k.Run, k.LastRun];

    public static void Write(KernelContext context, NormalisedPointwiseKernel k)
    {
        SourceWriter writer = context.Writer;
        int blocks = MapLayout.Blocks(k.Input.Channels);
        using (context.Method(k.Name, $"float* x, float* affine, {(k.Gated ? "float* gate, " : "")}float* weights, float* y, float* scratch, nint first, nint last",
            $"Projection of {k.Activation}(x · scale + shift){(k.Gated ? " · gate" : "")}: {k.Input} → {k.OutputBlocks * context.Lanes} channels.\n" +
            $"  x        [{blocks}][{k.Input.Positions}][16]     affine  [{blocks}][scale, shift, mean, 1/deviation][16]{(k.Gated ? $"     gate  [{blocks}][16]" : "")}\n" +
            $"  weights  for each panel [{k.PanelBlocks * context.Lanes}] bias, [{k.Weights.Rows}][{k.PanelBlocks * context.Lanes}]     y  [{k.OutputBlocks}][{k.Input.Positions}][16]\n" +
            $"  scratch  a run of activated positions: {k.ScratchFloats * sizeof(float) / 1024} KiB\n" +
            $"  work     {SourceWriter.Count(k.Runs, "run")} of {k.Run} positions{(k.LastRun == 0 ? "" : $", the last of {k.LastRun}")}; runs first … last − 1 are made here"))
        using (writer.Block("for (nint run = first; run < last; run++)"))
        {
            writer.Line($"float* xt = x + run * {k.Run * context.Lanes};");
            writer.Line($"float* yt = y + run * {k.Run * context.Lanes};");
            if (k.LastRun > 0)
            {
                using (writer.Block($"if (run == {k.Runs - 1})"))
                {
                    WriteRun(context, k, k.LastRun);
                    writer.Line("continue;");
                }

                writer.Line();
            }

            WriteRun(context, k, k.Run);
        }
    }

    private static void WriteRun(KernelContext context, NormalisedPointwiseKernel k, int run)
    {
        SourceWriter writer = context.Writer;
        int panels = k.OutputBlocks / k.PanelBlocks;
        writer.Line($"{Activated(k).Name}(xt, affine, {(k.Gated ? "gate, " : "")}scratch, {run}, {MapLayout.Plane(k.Input)}, {run * context.Lanes}, 0, {MapLayout.Blocks(k.Input.Channels)});");
        using (writer.Block($"for (nint panel = 0; panel < {panels}; panel++)"))
        {
            writer.Line($"float* w = weights + panel * {k.Weights.Stride};");
            writer.Line($"{Panel(k, run).Name}(scratch, w + {k.PanelBlocks * context.Lanes}, w, yt + panel * {k.PanelBlocks * MapLayout.Plane(k.Input)});");
        }
    }
}
