using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;

namespace EfficientNet.Compiler.Emission.Kernels.Training;

/// <summary>Writes the projection of training: runs of activated positions into scratch memory, then the panels of the pointwise convolution.</summary>
internal static class NormalisedPointwise
{
    public static IEnumerable<Kernel> Calls(NormalisedPointwiseKernel k) => [Activated(k), .. from run in Runs(k) from blocks in k.Weights.Widths select Panel(k, run, blocks)];

    public static NormaliseKernel Activated(NormalisedPointwiseKernel k) => new(k.Activation, k.Gated, Mask: false, Residual: false);

    private static PointwiseRowKernel Panel(NormalisedPointwiseKernel k, int run, int blocks) =>
        new(k.Weights.Rows, run * MapLayout.Lanes, run, blocks, MapLayout.Plane(k.Input), ActivationKind.None);

    private static IEnumerable<int> Runs(NormalisedPointwiseKernel k) => k.LastRun == 0 ? [k.Run] : [k.Run, k.LastRun];

    public static void Write(KernelContext context, NormalisedPointwiseKernel k)
    {
        SourceWriter writer = context.Writer;
        int blocks = MapLayout.Blocks(k.Input.Channels);
        using (context.Method(k.Name, $"float* x, float* affine, {(k.Gated ? "float* gate, " : "")}float* weights, float* y, float* scratch, nint first, nint last",
            $"Projection of {k.Activation}(x · scale + shift){(k.Gated ? " · gate" : "")}: {k.Input} → {k.OutputBlocks * context.Lanes} channels.\n" +
            $"  x        [{blocks}][{k.Input.Positions}][16]     affine  [{blocks}][scale, shift, mean, 1/deviation][16]{(k.Gated ? $"     gate  [{blocks}][16]" : "")}\n" +
            $"  weights  {PanelText.Of(k.Weights)}     y  [{k.OutputBlocks}][{k.Input.Positions}][16]\n" +
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
        writer.Line($"{Activated(k).Name}(xt, affine, {(k.Gated ? "gate, " : "")}scratch, {run}, {MapLayout.Plane(k.Input)}, {run * context.Lanes}, 0, {MapLayout.Blocks(k.Input.Channels)});");
        Loops.Pieces(writer, "panel", k.Weights.FullPanels, k.Weights.TailBlocks, ranged: false, (panel, isRest) =>
        {
            PointwiseRowKernel kernel = Panel(k, run, isRest ? k.Weights.TailBlocks : k.PanelBlocks);
            writer.Line($"float* w = weights{Loops.Plus(panel, k.Weights.Stride)};");
            writer.Line($"{kernel.Name}(scratch, w + {k.Weights.WeightsAt}, w, yt{Loops.Plus(panel, k.PanelBlocks * MapLayout.Plane(k.Input))});");
        });
    }
}
