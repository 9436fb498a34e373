using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels.Gradients;

/// <summary>Writes the transposition of a matrix in panels: lane by lane, since it moves every weight once a step.</summary>
internal static class Transpose
{
    /// <summary>Input channels written out in a loop iteration; <see cref="MapLayout.PaddedReduction"/> makes it divide them.</summary>
    private const int Unroll = 4;

    public static void Write(KernelContext context, TransposeKernel k)
    {
        SourceWriter writer = context.Writer;
        PanelLayout from = k.From, to = k.To;
        int lanes = context.Lanes;
        using (context.Method(k.Name, "float* w, float* t, nint first, nint last",
            $"Weights of {from.Inputs} input channels × {from.Outputs} output channels, transposed.\n" +
            $"  w    {PanelText.Of(from)}\n" +
            $"  t    {PanelText.Of(to)}; biases and padding zero\n" +
            $"  work {SourceWriter.Count(to.Panels, "panel")} of t; panels first … last − 1 are made here"))
        {
            using (writer.Block("for (nint panel = first; panel < last; panel++)"))
            {
                int channels = to.PanelBlocks * lanes;
                writer.Line($"nint width = {LastOr(to.Panels, to.TailBlocks * lanes, channels)}; // lanes of this panel");
                writer.Line($"nint rows = {LastOr(to.Panels, from.Rows - (to.Panels - 1) * channels, channels)}; // those of them that w has rows for");
                writer.Line($"float* tp = t + panel * {to.Stride};");
                writer.Line($"new Span<float>(tp, {channels}).Clear();");
                writer.Line($"tp += {channels};");
                using (writer.Block($"for (nint output = 0; output < {to.Rows}; output++)"))
                {
                    WriteColumn(writer, from, channels);
                    writer.Line("for (; lane < width; lane++) tp[lane] = 0;");
                    writer.Line("tp += width;");
                }
            }
        }

        string LastOr(int panels, int last, int other) => last == 0 || last == other ? $"{other}" : panels == 1 ? $"{last}" : $"panel == {panels - 1} ? {last} : {other}";
    }

    /// <summary>One output channel of w, from the first input channel of the panel on: a column there, a row here.</summary>
    private static void WriteColumn(SourceWriter writer, PanelLayout from, int channels)
    {
        int width = from.PanelBlocks * MapLayout.Lanes;
        bool tail = from.TailBlocks > 0;
        writer.Line($"nint source = output / {width};");
        writer.Line($"{(tail ? "nint" : "const nint")} step = {(tail ? $"source == {from.FullPanels} ? {from.TailBlocks * MapLayout.Lanes} : {width}" : $"{width}")};");
        writer.Line($"float* wk = w + source * {from.Stride} + {from.WeightsAt} + output % {width} + panel * {channels} * step;");
        writer.Line("nint lane = 0;");
        using (writer.Block($"for (; lane < rows; lane += {Unroll})"))
        {
            writer.Line(string.Join(" ", Enumerable.Range(0, Unroll).Select(i => $"tp[lane{(i == 0 ? "" : $" + {i}")}] = wk[{i switch { 0 => "0", 1 => "step", _ => $"{i} * step" }}];")));
            writer.Line($"wk += {Unroll} * step;");
        }
    }
}
