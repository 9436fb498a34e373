using EfficientNet.Compiler.Parsing;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels.Gradients;

/// <summary>
/// Writes the backward pass of a depthwise convolution: activated input rows and gradient rows lie in rings with zero borders, or whole
/// where the map is small; both gradients are made from them, and the activated map never exists.
/// </summary>
internal static class DepthwiseBackward
{
    public static NormaliseRowsKernel? Normalisation(DepthwiseBackwardKernel k) => !k.Source.Normalised ? null : new NormaliseRowsKernel(k.Source.Activation, k.Source.HasSlope);

    /// <summary>The numbers of a call that normalises rows of one block.</summary>
    private static string NormalisedRows(DepthwiseBackwardKernel k) =>
        NormaliseRows.Geometry(k.Whole ? k.Input.Height : 1, k.Input.Width, blocks: 1, MapLayout.Plane(k.Input), k.InputRow * k.InputRows, k.InputRow);

    public static DepthwiseWeightGradientKernel Weights(DepthwiseBackwardKernel k) => new(
        k.Geometry.Kernel, k.Geometry.Stride, k.Whole ? k.Output.Height : 1, k.Output.Width, HasNext(k) ? k.InputRow : 0, HasNext(k) ? k.GradientRow : 0, k.Bias);

    /// <summary>Whether one call makes several rows of outputs: only then does it matter how far apart they are.</summary>
    private static bool HasNext(DepthwiseBackwardKernel k) => k.Whole && k.Output.Height > 1;

    /// <summary>The kernel of the input rows to which an output row's kernel row <paramref name="kernelRow"/>, less than the stride, applies; null where the map has none.</summary>
    public static DepthwiseInputGradientKernel? Inputs(DepthwiseBackwardKernel k, int kernelRow) => RowsOf(k, kernelRow) is var rows and > 0
        ? new(k.Geometry with { PadTop = 0 }, kernelRow, k.Whole ? rows : 1, k.Input.Width, k.Border, k.GradientRow, k.Source)
        : null;

    public static IEnumerable<Kernel> Calls(DepthwiseBackwardKernel k) =>
        new Kernel?[] { Normalisation(k), Weights(k) }.Concat(Enumerable.Range(0, k.Geometry.Stride).Select(row => Inputs(k, row))).OfType<Kernel>();

    public static void Write(KernelContext context, DepthwiseBackwardKernel k)
    {
        SourceWriter writer = context.Writer;
        bool normalised = k.Source.Normalised;
        int lanes = context.Lanes;
        using (context.Method(k.Name,
            $"float* e, {(normalised ? "float* affine, " : "")}float* dd, float* w, {(k.Source.Residual ? "float* residual, " : "")}float* de, float* dw, {(normalised ? "float* sums, " : "")}float* scratch, nint first, nint last",
            $"Backward pass of depthwise {k.Geometry.Kernel}×{k.Geometry.Kernel} stride {k.Geometry.Stride}, {k.Input} → {k.Output}, one image.\n" +
            (normalised ? $"  e        the raw map; the convolution's input is {k.Source.Activation}(e · scale + shift)     affine  [{k.Blocks}][scale, shift, mean, 1/deviation][16]\n" : "  e        the convolution's input\n") +
            $"  dd       gradient of the output     w  [{k.Blocks}][{k.Taps} taps, bias][16]     dw  like w; {(k.Bias ? "added to" : "the taps are added to")}\n" +
            (k.Source.Residual ? "  residual another gradient of e, added; may be de\n" : "") +
            (normalised ? $"  de       gradient of e · scale + shift     sums  [{k.Blocks}][Σ de, Σ de·(e − mean)][16], stored\n" : "  de       gradient of e\n") +
            $"  scratch  {(k.Whole ? "one block's " : $"rings: {k.InputRows} ")}input rows [{k.InputRow / lanes} columns, {SourceWriter.Count(k.Geometry.PadLeft, "zero")} left][16], {k.GradientRows} rows of dd [{k.GradientRow / lanes} columns, {SourceWriter.Count(k.Border, "zero")} left][16]: {k.ScratchFloats * 4 / 1024} KiB\n" +
            $"  work     {SourceWriter.Count(k.Blocks, "block")} of 16 channels; blocks first … last − 1 are made here"))
        {
            writer.Line($"new Span<float>(scratch, {k.SlopeAt}).Clear(); // zero borders");
            using (writer.Block("for (nint block = first; block < last; block++)"))
            {
                writer.Line($"float* eb = e + block * {MapLayout.Plane(k.Input)};");
                writer.Line($"float* db = dd + block * {MapLayout.Plane(k.Output)};");
                writer.Line($"float* wb = w + block * {k.WeightFloats};");
                writer.Line($"float* deb = de + block * {MapLayout.Plane(k.Input)};");
                writer.Line($"float* dwb = dw + block * {k.WeightFloats};");
                if (k.Source.Residual) writer.Line($"float* rb = residual + block * {MapLayout.Plane(k.Input)};");
                if (normalised)
                {
                    writer.Line($"float* ab = affine + block * {4 * lanes};");
                    writer.Line($"float* sum = sums + block * {2 * lanes};");
                    writer.Line($"new Span<float>(sum, {2 * lanes}).Clear();");
                }

                if (k.Whole) WriteWhole(context, k);
                else WriteRing(context, k);
            }
        }
    }

    /// <summary>The first row of the input to which an output row applies a kernel row less than the stride.</summary>
    private static int FirstOf(DepthwiseBackwardKernel k, int kernelRow) => ((kernelRow - k.Geometry.PadTop) % k.Geometry.Stride + k.Geometry.Stride) % k.Geometry.Stride;

    private static int RowsOf(DepthwiseBackwardKernel k, int kernelRow) =>
        FirstOf(k, kernelRow) is var first && first < k.Input.Height ? (k.Input.Height - 1 - first) / k.Geometry.Stride + 1 : 0;

    private static void WriteWhole(KernelContext context, DepthwiseBackwardKernel k)
    {
        SourceWriter writer = context.Writer;
        int lanes = context.Lanes, row = k.Input.Width * lanes, outputRow = k.Output.Width * lanes;
        int inside = k.Geometry.PadTop * k.InputRow + k.Geometry.PadLeft * lanes;
        int gradient = k.GradientAt + k.BorderRows * k.GradientRow;
        if (Normalisation(k) is { } normalisation) writer.Line($"{normalisation.Name}(eb, ab, {KernelContext.At("scratch", inside)}{(k.Source.HasSlope ? $", scratch + {k.SlopeAt}" : "")}, {NormalisedRows(k)});");
        else writer.Line($"for (nint row = 0; row < {k.Input.Height}; row++) new ReadOnlySpan<float>(eb + row * {row}, {row}).CopyTo(new Span<float>({KernelContext.At("scratch", inside)} + row * {k.InputRow}, {row}));");
        writer.Line($"for (nint row = 0; row < {k.Output.Height}; row++) new ReadOnlySpan<float>(db + row * {outputRow}, {outputRow}).CopyTo(new Span<float>(scratch + {gradient + k.Border * lanes} + row * {k.GradientRow}, {outputRow}));");
        string rows = string.Join(", ", Enumerable.Range(0, k.Geometry.Kernel).Select(tap => KernelContext.At("scratch", tap * k.InputRow)));
        writer.Line($"{Weights(k).Name}({rows}, scratch + {gradient + k.Border * lanes}, dwb);");
        for (int kernelRow = 0; kernelRow < k.Geometry.Stride; kernelRow++)
        {
            if (Inputs(k, kernelRow) is not { } inputs) continue;
            int first = FirstOf(k, kernelRow);
            int over = (first + k.Geometry.PadTop) / k.Geometry.Stride;
            IEnumerable<string> gradients = Enumerable.Range(0, inputs.KernelRows).Select(above => $"scratch + {gradient + (over - above) * k.GradientRow}, ");
            WriteInputs(context, k, inputs, string.Concat(gradients), first == 0 ? "" : $" + {first * row}", first == 0 ? "" : $" + {first * row}");
        }
    }

    private static void WriteRing(KernelContext context, DepthwiseBackwardKernel k)
    {
        SourceWriter writer = context.Writer;
        (int size, int stride, int top) = (k.Geometry.Kernel, k.Geometry.Stride, k.Geometry.PadTop);
        int steps = Math.Max(k.Output.Height, k.LastRow + 1);
        writer.Line($"float* share = scratch + {k.WeightsAt}; // of this image in the weights' gradient");
        writer.Line($"new Span<float>(share, {k.WeightFloats}).Clear();");
        writer.Line("nint made = 0; // the next input row");
        using (writer.Block($"for (nint row = 0; row < {steps}; row++)"))
        {
            writer.Line($"nint top = row * {stride} - {top};");
            using (steps > k.Output.Height ? writer.Block($"if (row < {k.Output.Height})") : Loops.Nothing.Instance)
            {
                writer.Line($"nint needed = Math.Min({k.Input.Height}, top + {size});");
                WriteInputRows(context, k, "made < needed");
                WriteWeights(context, k);
            }

            for (int kernelRow = 0; kernelRow < stride; kernelRow++)
            {
                if (Inputs(k, kernelRow) is { } inputs) WriteInputRow(context, k, inputs, kernelRow, steps);
            }
        }

        int floats = (k.Taps + (k.Bias ? 1 : 0)) * context.Lanes;
        writer.Line($"for (nint i = 0; i < {floats}; i += {context.Isa.Floats}) V.Store(V.Load(dwb + i) + V.Load(share + i), dwb + i);");
    }

    /// <summary>Makes the next rows of the input while a condition holds.</summary>
    private static void WriteInputRows(KernelContext context, DepthwiseBackwardKernel k, string condition)
    {
        SourceWriter writer = context.Writer;
        int row = k.Input.Width * context.Lanes;
        using (writer.Block($"for (; {condition}; made++)"))
        {
            writer.Line($"float* a = scratch + (made & {k.InputRows - 1}) * {k.InputRow} + {k.Geometry.PadLeft * context.Lanes};");
            writer.Line(Normalisation(k) is { } normalisation
                ? $"{normalisation.Name}(eb + made * {row}, ab, a{(k.Source.HasSlope ? $", {SlopeOf(context, k, "made")}" : "")}, {NormalisedRows(k)});"
                : $"new ReadOnlySpan<float>(eb + made * {row}, {row}).CopyTo(new Span<float>(a, {row}));");
        }
    }

    private static string SlopeOf(KernelContext context, DepthwiseBackwardKernel k, string row) =>
        $"scratch + {k.SlopeAt} + ({row} & {k.InputRows - 1}) * {k.Input.Width * context.Lanes}";

    /// <summary>What output row <c>row</c> adds to the weights' gradient; its gradient enters the ring.</summary>
    private static void WriteWeights(KernelContext context, DepthwiseBackwardKernel k)
    {
        SourceWriter writer = context.Writer;
        int outputRow = k.Output.Width * context.Lanes;
        writer.Line($"float* dy = scratch + {k.GradientAt + k.Border * context.Lanes} + (row & {k.GradientRows - 1}) * {k.GradientRow};");
        writer.Line($"new ReadOnlySpan<float>(db + row * {outputRow}, {outputRow}).CopyTo(new Span<float>(dy, {outputRow}));");
        for (int tap = 0; tap < k.Geometry.Kernel; tap++)
        {
            string outside = $"top < {Numbers.Show(-tap)} || top >= {Numbers.Show(k.Input.Height - tap)}";
            writer.Line($"float* x{tap} = {outside} ? scratch + {k.ZeroAt} : scratch + ((top + {tap}) & {k.InputRows - 1}) * {k.InputRow};");
        }

        writer.Line($"{Weights(k).Name}({string.Join(", ", Enumerable.Range(0, k.Geometry.Kernel).Select(tap => $"x{tap}"))}, dy, share);");
    }

    /// <summary>The input row that kernel row <paramref name="kernelRow"/> of output row <c>row</c> lies on: no later output adds to its gradient.</summary>
    private static void WriteInputRow(KernelContext context, DepthwiseBackwardKernel k, DepthwiseInputGradientKernel inputs, int kernelRow, int steps)
    {
        SourceWriter writer = context.Writer;
        int row = k.Input.Width * context.Lanes;
        string at = $"at{kernelRow}";
        writer.Line($"nint {at} = top{(kernelRow == 0 ? "" : $" + {kernelRow}")};");
        using (writer.Block($"if ({at} >= 0 && {at} < {k.Input.Height})"))
        {
            if (k.Geometry.Kernel < k.Geometry.Stride || steps > k.Output.Height) WriteInputRows(context, k, $"made <= {at}");
            for (int above = 0; above < inputs.KernelRows; above++)
            {
                string ring = $"scratch + {k.GradientAt} + ((row - {above}) & {k.GradientRows - 1}) * {k.GradientRow}";
                string[] outside = [.. above > 0 ? new[] { $"row < {above}" } : [], .. steps - above > k.Output.Height ? new[] { $"row >= {k.Output.Height + above}" } : []];
                writer.Line($"float* dy{above} = {(outside.Length == 0 ? "" : $"{string.Join(" || ", outside)} ? scratch + {k.ZeroAt} : ")}{ring};");
            }

            string gradients = string.Concat(Enumerable.Range(0, inputs.KernelRows).Select(above => $"dy{above}, "));
            WriteInputs(context, k, inputs, gradients, $" + {at} * {row}", $" + ({at} & {k.InputRows - 1}) * {row}");
        }
    }

    /// <summary>The call that makes input rows: where they begin in maps, and in the derivatives.</summary>
    private static void WriteInputs(KernelContext context, DepthwiseBackwardKernel k, DepthwiseInputGradientKernel inputs, string gradients, string at, string slopeAt)
    {
        string source = k.Source.Normalised ? $"eb{at}, ab, {(k.Source.HasSlope ? $"scratch + {k.SlopeAt}{slopeAt}, " : "")}" : k.Source.Residual ? $"rb{at}, " : "";
        context.Writer.Line($"{inputs.Name}({gradients}wb, {source}deb{at}{(k.Source.Normalised ? ", sum" : "")});");
    }
}
