using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels.Gradients;

/// <summary>Writes the gradient of a pointwise convolution's weights for one image, run of positions by run of positions.</summary>
internal sealed class WeightGradient(KernelContext context, WeightGradientKernel kernel)
{
    private readonly PanelLayout _weights = kernel.Weights;
    private readonly GradientRuns _runs = GradientRuns.Of(kernel.Positions);

    private SourceWriter Writer => context.Writer;

    /// <summary>Floats between blocks of either map.</summary>
    private int Plane => kernel.Positions * context.Lanes;

    /// <summary>The kernels that make one block of inputs and one panel, for either length of run, width of panel and height of block.</summary>
    public static IEnumerable<Kernel> Calls(WeightGradientKernel kernel)
    {
        GradientRuns runs = GradientRuns.Of(kernel.Positions);
        return
            from positions in new[] { runs.Positions, runs.Last }
            from blocks in new[] { kernel.Weights.FullPanels > 0 ? kernel.Weights.PanelBlocks : 0, kernel.Weights.TailBlocks }
            where positions > 0 && blocks > 0
            from called in CallsOf(kernel, positions, blocks)
            select called;
    }

    public static void Write(KernelContext context, WeightGradientKernel kernel) => new WeightGradient(context, kernel).Write();

    private static IEnumerable<Kernel> CallsOf(WeightGradientKernel kernel, int positions, int blocks)
    {
        if (kernel.HasBias) yield return Biases(kernel, positions, blocks);
        if (kernel.Weights.Inputs >= MapLayout.Lanes) yield return Products(kernel, MapLayout.Lanes, positions, blocks);
        if (kernel.Weights.Inputs % MapLayout.Lanes is var rest and > 0) yield return Products(kernel, rest, positions, blocks);
    }

    private static PointwiseGradientKernel Products(WeightGradientKernel kernel, int inputs, int positions, int blocks) =>
        new(inputs, positions, blocks, kernel.Positions * MapLayout.Lanes);

    private static BiasGradientKernel Biases(WeightGradientKernel kernel, int positions, int blocks) => new(positions, blocks, kernel.Positions * MapLayout.Lanes);

    private void Write()
    {
        int inputBlocks = MapLayout.Blocks(_weights.Inputs);
        using (context.Method(kernel.Name, "float* x, float* dy, float* dw, nint first, nint last",
            $"Gradient of pointwise weights, {_weights.Inputs} input channels × {_weights.Outputs} output channels, {SourceWriter.Count(kernel.Positions, "position")} of one image.\n" +
            $"  x    [{inputBlocks}][{kernel.Positions}][16]     dy  [{_weights.OutputBlocks}][{kernel.Positions}][16]\n" +
            $"  dw   {PanelText.Of(_weights)}, added to{(kernel.HasBias ? "" : "; biases are left")}; rows past the inputs are left\n" +
            $"  runs {_runs.Full} of {SourceWriter.Count(_runs.Positions, "position")}{(_runs.Last > 0 ? $", one of {_runs.Last}" : "")}: each for all panels and input blocks\n" +
            "  sum  positions of a run in order, then run by run\n" +
            $"  work {SourceWriter.Count(_weights.Panels, "panel")}; panels first … last − 1 are made here"))
        {
            WriteLoop("run", _runs.Full, rest: 0, ranged: false, (run, _) => WriteRun(_runs.Positions, run));
            if (_runs.Last > 0) WriteRun(_runs.Last, $"{_runs.Full}");
        }
    }

    private void WriteRun(int positions, string run)
    {
        int floats = _runs.Positions * context.Lanes;
        WriteLoop("panel", _weights.FullPanels, _weights.TailBlocks, ranged: true, (panel, isRest) =>
        {
            int blocks = isRest ? _weights.TailBlocks : _weights.PanelBlocks, width = blocks * context.Lanes;
            Writer.Line($"float* dyp = dy{Plus(panel, _weights.PanelBlocks * Plane)}{Plus(run, floats)};");
            Writer.Line($"float* dwp = dw{Plus(panel, _weights.Stride)};");
            if (kernel.HasBias) Writer.Line($"{Biases(kernel, positions, blocks).Name}(dyp, dwp);");
            WriteLoop("block", _weights.Inputs / context.Lanes, _weights.Inputs % context.Lanes, ranged: false, (block, isRestOfInputs) =>
            {
                int inputs = isRestOfInputs ? _weights.Inputs % context.Lanes : context.Lanes;
                Writer.Line($"{Products(kernel, inputs, positions, blocks).Name}(x{Plus(block, Plane)}{Plus(run, floats)}, dyp, dwp + {_weights.WeightsAt}{Plus(block, context.Lanes * width)});");
            });
        });
    }

    /// <summary>Writes a loop over whole pieces, then what is left as one piece more; or over those of a range.</summary>
    private void WriteLoop(string index, int whole, int rest, bool ranged, Action<string, bool> body)
    {
        if (whole > 1 || (ranged && whole > 0))
        {
            string end = !ranged ? $"{whole}" : rest > 0 ? $"Math.Min(last, {whole})" : "last";
            using (Writer.Block($"for (nint {index} = {(ranged ? "first" : "0")}; {index} < {end}; {index}++)")) body(index, false);
        }
        else if (whole == 1)
        {
            body("0", false);
        }

        if (rest == 0) return;
        using (ranged ? Writer.Block($"if (first <= {whole} && last > {whole})") : Loops.Nothing.Instance) body($"{whole}", true);
    }

    /// <summary>A term that leads to a piece; nothing for the first of all.</summary>
    private static string Plus(string index, int floats) => int.TryParse(index, out int number) ? (number == 0 ? "" : $" + {number * floats}") : $" + {index} * {floats}";
}
