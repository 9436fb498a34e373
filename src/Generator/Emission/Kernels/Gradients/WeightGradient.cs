using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;

namespace EfficientNet.Compiler.Emission.Kernels.Gradients;

/// <summary>Writes the gradient of a pointwise convolution's weights for one image, run of positions by run of positions.</summary>
internal static class WeightGradient
{
    public static IEnumerable<Kernel> Calls(WeightGradientKernel k) => Parts(k).Calls;

    public static IEnumerable<Kernel> Calls(NormalisedWeightGradientKernel k) => Parts(k).Calls.Prepend(Normalised(k));

    public static void Write(KernelContext context, WeightGradientKernel k)
    {
        SourceWriter writer = context.Writer;
        PanelLayout weights = k.Weights;
        WeightGradientParts parts = Parts(k);
        using (context.Method(k.Name, "float* x, float* dy, float* dw, nint first, nint last",
            $"{Title(weights, k.Positions)}.\n" +
            $"  x    [{k.InputBlocks}][{k.Positions}][16]     dy  [{weights.OutputBlocks}][{k.Positions}][16]\n" +
            $"  dw   {Gradient(weights, k.HasBias)}\n" +
            $"  runs {parts.Contract}, each for all panels and blocks of input channels\n" +
            "  sum  positions of a run in order, then run by run\n" +
            $"  work {SourceWriter.Count(k.Pieces, "panel")}; panels first … last − 1 are made here"))
        {
            parts.WriteRuns(writer, (length, run) => parts.WritePanels(writer, ranged: true, (blocks, panel) =>
            {
                WritePanelPlaces(writer, weights, parts, panel, parts.Run(run));
                if (k.HasBias) writer.Line($"{parts.Biases(length, blocks).Name}(dyp, dwp);");
                parts.WriteBlocks(writer, ranged: false, (inputs, block) => writer.Line(
                    $"{parts.Products(inputs, length, blocks).Name}(x{Loops.Plus(block, parts.Plane)}{parts.Run(run)}, dyp, {Rows(weights, blocks, block)});"));
            }));
        }
    }

    public static void Write(KernelContext context, NormalisedWeightGradientKernel k)
    {
        SourceWriter writer = context.Writer;
        PanelLayout weights = k.Weights;
        WeightGradientParts parts = Parts(k);
        using (context.Method(k.Name, $"float* e, float* affine, {(k.Gated ? "float* gate, " : "")}float* dy, float* dw, float* scratch, nint first, nint last",
            $"{Title(weights, k.Positions)}; the input is {k.Activation}(e · scale + shift){(k.Gated ? " · gate" : "")}.\n" +
            $"  e        [{k.InputBlocks}][{k.Positions}][16]     affine  [{k.InputBlocks}][scale, shift, mean, 1/deviation][16]{(k.Gated ? $"     gate  [{k.InputBlocks}][16]" : "")}\n" +
            $"  dy       [{weights.OutputBlocks}][{k.Positions}][16]     scratch  one run of one block of input channels\n" +
            $"  dw       {Gradient(weights, k.HasBias)}\n" +
            $"  runs     {parts.Contract}, each for all blocks of input channels and panels\n" +
            "  sum      positions of a run in order, then run by run\n" +
            $"  work     {SourceWriter.Count(k.Pieces, "block")} of input channels; blocks first … last − 1 are made here{(k.HasBias ? ", biases with the first" : "")}"))
        {
            parts.WriteRuns(writer, (length, run) => parts.WriteBlocks(writer, ranged: true, (inputs, block) =>
            {
                string gate = k.Gated ? $"gate{Loops.Plus(block, context.Lanes)}, " : "";
                writer.Line($"{Normalised(k).Name}(e{Loops.Plus(block, parts.Plane)}{parts.Run(run)}, affine{Loops.Plus(block, 4 * context.Lanes)}, {gate}scratch, {length}, {parts.Plane}, {length * context.Lanes}, 0, 1);");
                parts.WritePanels(writer, ranged: false, (blocks, panel) =>
                {
                    WritePanelPlaces(writer, weights, parts, panel, parts.Run(run));
                    bool isLoop = !int.TryParse(block, out int number);
                    if (k.HasBias && (isLoop || number == 0)) writer.Line($"{(isLoop ? "if (block == 0) " : "")}{parts.Biases(length, blocks).Name}(dyp, dwp);");
                    writer.Line($"{parts.Products(inputs, length, blocks).Name}(scratch, dyp, {Rows(weights, blocks, block)});");
                });
            }));
        }
    }

    private static WeightGradientParts Parts(WeightGradientKernel k) => new(k.Weights, k.Positions, k.HasBias);

    private static WeightGradientParts Parts(NormalisedWeightGradientKernel k) => new(k.Weights, k.Positions, k.HasBias);

    private static NormaliseKernel Normalised(NormalisedWeightGradientKernel k) => new(k.Activation, k.Gated, Mask: false, Residual: false);

    private static string Title(PanelLayout weights, int positions) =>
        $"Gradient of pointwise weights, {SourceWriter.Count(weights.Inputs, "input channel")} × {SourceWriter.Count(weights.Outputs, "output channel")}, {SourceWriter.Count(positions, "position")} of one image";

    private static string Gradient(PanelLayout weights, bool hasBias) => $"{PanelText.Of(weights)}, added to{(hasBias ? "" : "; biases are left")}; rows past the inputs are left";

    private static void WritePanelPlaces(SourceWriter writer, PanelLayout weights, WeightGradientParts parts, string panel, string run)
    {
        writer.Line($"float* dyp = dy{Loops.Plus(panel, weights.PanelBlocks * parts.Plane)}{run};");
        writer.Line($"float* dwp = dw{Loops.Plus(panel, weights.Stride)};");
    }

    /// <summary>The rows of a panel that belong to a block of input channels.</summary>
    private static string Rows(PanelLayout weights, int blocks, string block) =>
        $"dwp + {weights.WeightsAt}{Loops.Plus(block, MapLayout.Lanes * blocks * MapLayout.Lanes)}";
}
