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
        string numbers = string.Concat(TransposeKernel.Geometry(default, default).Select(number => $"nint {number.Name}, "));
        using (context.Method(k.Name, $"float* w, float* t, {numbers}nint first, nint last",
            "Weights in panels, transposed.\n" +
            "  w    panels of width outputs, lanes in all, the last panel the rest: [width] biases, [rows][outputs of the panel]\n" +
            "  t    the same with rowsOfT, widthOfT and lanesOfT; biases and padding zero\n" +
            "  work rows of t, panel by panel; rows first … last − 1 are made here, the biases of a panel with its first row"))
        {
            using (writer.Block("for (nint at = first; at < last; at++)"))
            {
                writer.Line("nint panel = at / rowsOfT;");
                writer.Line("nint output = at - panel * rowsOfT;");
                writer.Line("nint channels = Math.Min(widthOfT, lanesOfT - panel * widthOfT); // lanes of this panel");
                writer.Line("nint known = Math.Min(widthOfT, rows - panel * widthOfT); // those of them that w has rows for");
                writer.Line("float* tp = t + panel * (rowsOfT + 1) * widthOfT;");
                writer.Line("if (output == 0) new Span<float>(tp, (int)widthOfT).Clear();");
                writer.Line("tp += widthOfT + output * channels;");
                WriteColumn(writer);
                writer.Line("for (; lane < channels; lane++) tp[lane] = 0;");
            }
        }
    }

    /// <summary>One output channel of w, from the first input channel of the panel on: a column there, a row here.</summary>
    private static void WriteColumn(SourceWriter writer)
    {
        writer.Line("nint source = output / width;");
        writer.Line("nint step = Math.Min(width, lanes - source * width);");
        writer.Line("float* wk = w + (source * (rows + 1) + 1) * width + output - source * width + panel * widthOfT * step;");
        writer.Line("nint lane = 0;");
        using (writer.Block($"for (; lane < known; lane += {Unroll})"))
        {
            writer.Line(string.Join(" ", Enumerable.Range(0, Unroll).Select(i => $"tp[lane{(i == 0 ? "" : $" + {i}")}] = wk[{i switch { 0 => "0", 1 => "step", _ => $"{i} * step" }}];")));
            writer.Line($"wk += {Unroll} * step;");
        }
    }
}
