using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels.Gradients;

/// <summary>Writes the transposition of a matrix in panels: squares of 8 × 8 in registers where the instruction set has the shuffles, and what is left lane by lane.</summary>
internal static class Transpose
{
    /// <summary>Side of a square: a register of 256 bits.</summary>
    private const int Side = 8;

    /// <summary>Input channels written out in a loop iteration; <see cref="MapLayout.PaddedReduction"/> makes it divide them.</summary>
    private const int Unroll = 4;

    public static void Write(KernelContext context, TransposeKernel k)
    {
        SourceWriter writer = context.Writer;
        bool squares = context.Isa.IsX86;
        string numbers = string.Concat(TransposeKernel.Geometry(default, default).Select(number => $"nint {number.Name}, "));
        using (context.Method(k.Name, $"float* w, float* t, {numbers}nint first, nint last",
            "Weights in panels, transposed.\n" +
            "  w    panels of width outputs, lanes in all, the last panel the rest: [width] biases, [rows][outputs of the panel]\n" +
            "  t    the same with rowsOfT, widthOfT and lanesOfT; biases and padding zero\n" +
            "  work rows of t, panel by panel; rows first … last − 1 are made here, the biases of a panel with its first row" +
            (squares ? $"\n  tile {Side} rows of t × {Side} lanes: {Side} registers, shuffled among each other" : "")))
        {
            if (squares) writer.Line("nint made;");
            using (writer.Block($"for (nint at = first; at < last; at{(squares ? " += made" : "++")})"))
            {
                writer.Line("nint panel = at / rowsOfT;");
                writer.Line("nint output = at - panel * rowsOfT;");
                writer.Line("nint channels = Math.Min(widthOfT, lanesOfT - panel * widthOfT); // lanes of this panel");
                writer.Line("nint known = Math.Min(widthOfT, rows - panel * widthOfT); // those of them that w has rows for");
                writer.Line("float* tp = t + panel * (rowsOfT + 1) * widthOfT;");
                writer.Line("if (output == 0) new Span<float>(tp, (int)widthOfT).Clear();");
                writer.Line("tp += widthOfT + output * channels;");
                writer.Line("nint source = output / width;");
                writer.Line("nint step = Math.Min(width, lanes - source * width);");
                writer.Line("float* wp = w + (source * (rows + 1) + 1) * width + output - source * width + panel * widthOfT * step;");
                writer.Line("nint lane = 0;");
                if (squares) WriteSquares(writer);
                WriteRow(writer, squares);
            }
        }
    }

    /// <summary>Rows of t that begin where a square may: they lie in one panel of w, whose widths are whole blocks.</summary>
    private static void WriteSquares(SourceWriter writer)
    {
        string[] Registers(string name) => [.. Enumerable.Range(0, Side).Select(i => $"{name}{i}")];
        (string[] a, string[] b, string[] c) = (Registers("a"), Registers("b"), Registers("c"));
        writer.Line($"made = output % {Side} == 0 && output + {Side} <= rowsOfT && at + {Side} <= last ? {Side} : 1;");
        using (writer.Block($"for (; made == {Side} && lane + {Side} <= known; lane += {Side})"))
        {
            writer.Line("float* wk = wp + lane * step;");
            writer.Line("float* tk = tp + lane;");
            for (int i = 0; i < Side; i++) writer.Line($"var {a[i]} = Vector256.Load({Row("wk", i, "step")});");
            writer.Line("// pairs of input channels");
            for (int i = 0; i < Side; i += 2) writer.Line($"var {b[i]} = Avx.UnpackLow({a[i]}, {a[i + 1]}); var {b[i + 1]} = Avx.UnpackHigh({a[i]}, {a[i + 1]});");
            writer.Line("// fours");
            for (int i = 0; i < Side; i++)
            {
                int pair = i / 4 * 4 + i % 4 / 2;
                writer.Line($"var {c[i]} = Avx.Shuffle({b[pair]}, {b[pair + 2]}, {(i % 2 == 0 ? "0x44" : "0xEE")});");
            }

            writer.Line("// all eight: outputs 0 … 3 are in the lower halves, 4 … 7 in the upper");
            for (int i = 0; i < Side; i++) writer.Line($"Vector256.Store(Avx.Permute2x128({c[i % 4]}, {c[i % 4 + 4]}, {(i < 4 ? "0x20" : "0x31")}), {Row("tk", i, "channels")});");
        }
    }

    /// <summary>Outputs of w, each from an input channel of the panel on: a column there, a row here.</summary>
    private static void WriteRow(SourceWriter writer, bool several)
    {
        if (several) writer.Line("nint begin = lane;");
        using (several ? writer.Block("for (nint row = 0; row < made; row++)") : Loops.Nothing.Instance)
        {
            writer.Line($"float* wk = wp{(several ? " + begin * step + row" : "")};");
            writer.Line($"float* tk = tp{(several ? " + row * channels" : "")};");
            if (several) writer.Line("lane = begin;");
            using (writer.Block($"for (; lane < known; lane += {Unroll})"))
            {
                writer.Line(string.Join(" ", Enumerable.Range(0, Unroll).Select(i => $"tk[lane{(i == 0 ? "" : $" + {i}")}] = wk[{Rows(i, "step")}];")));
                writer.Line($"wk += {Unroll} * step;");
            }

            writer.Line("for (; lane < channels; lane++) tk[lane] = 0;");
        }
    }

    /// <summary>Floats of some rows, each of a length.</summary>
    private static string Rows(int count, string length) => count switch { 0 => "0", 1 => length, _ => $"{count} * {length}" };

    /// <summary>A place some rows behind another.</summary>
    private static string Row(string place, int count, string length) => count == 0 ? place : $"{place} + {Rows(count, length)}";
}
