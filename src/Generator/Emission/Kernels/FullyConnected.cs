using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes a fully connected layer for one image, and the sums that the classifier of many shares with it.</summary>
internal static class FullyConnected
{
    public static void Write(KernelContext context, FullyConnectedKernel k)
    {
        SourceWriter writer = context.Writer;
        using (context.Method(k.Name, "float* x, float* weights, float* y, nint first, nint last",
            $"Fully connected, {k.Reduction} inputs → {k.Outputs} outputs.\n" +
            $"  weights  {Layout(context, k)}     y  [{k.Panels}][{Panel(context, k)}]\n" +
            $"  tile     {Tile(context, k, rows: 1)}\n" +
            "  sum      bias first, then input by input\n" +
            $"  work     {SourceWriter.Count(k.Panels, "panel")}; panels first … last − 1 are made here"))
        {
            using (writer.Block("for (nint panel = first; panel < last; panel++)")) WriteSums(context, k, ["x"], $"y + panel * {Panel(context, k)}");
        }
    }

    /// <summary>How a matrix lies in memory.</summary>
    public static string Layout(KernelContext context, FullyConnectedKernel k) => $"for each panel [{Panel(context, k)}] bias, [{k.Reduction}][{Panel(context, k)}]";

    /// <summary>The sums in registers at once.</summary>
    public static string Tile(KernelContext context, FullyConnectedKernel k, int rows) => $"{rows} × {SourceWriter.Count(VectorsOfPass(context, k, rows), "vector")}";

    /// <summary>Floats of a panel's row.</summary>
    public static int Panel(KernelContext context, FullyConnectedKernel k) => k.PanelBlocks * context.Lanes;

    /// <summary>Writes panel <c>panel</c> of some images' outputs, one image's behind the other's.</summary>
    /// <param name="context">Where to.</param>
    /// <param name="k">The layer.</param>
    /// <param name="rows">The images' inputs.</param>
    /// <param name="outputs">Where the first image's outputs go.</param>
    public static void WriteSums(KernelContext context, FullyConnectedKernel k, IReadOnlyList<string> rows, string outputs)
    {
        int vectors = VectorsOfPanel(context, k);
        int pass = VectorsOfPass(context, k, rows.Count);
        Loops.Pieces(context.Writer, "pass", vectors / pass, vectors % pass, ranged: false, (number, isRest) =>
        {
            string channel = number == "0" ? "" : $" + {number} * {pass * context.Isa.Floats}";
            WritePass(context, k, rows, isRest ? vectors % pass : pass, $"weights + panel * {k.PanelStride}{channel}", outputs + channel);
        });
    }

    private static void WritePass(KernelContext context, FullyConnectedKernel k, IReadOnlyList<string> rows, int vectors, string weights, string outputs)
    {
        SourceWriter writer = context.Writer;
        int panel = Panel(context, k);
        writer.Line($"float* w = {weights};");
        Each((row, v) => $"var {Sum(row, v)} = V.Load(w + {v * context.Isa.Floats});");
        using (writer.Block($"for (nint k = 0; k < {k.Reduction}; k++)"))
        {
            writer.Line($"w += {panel};");
            for (int row = 0; row < rows.Count; row++) writer.Line($"var b{row} = V.Create({rows[row]}[k]);");
            for (int v = 0; v < vectors; v++)
            {
                writer.Line($"var w{v} = V.Load(w + {v * context.Isa.Floats});");
                for (int row = 0; row < rows.Count; row++) writer.Line($"{Sum(row, v)} = {context.Isa.MultiplyAdd($"b{row}", $"w{v}", Sum(row, v))};");
            }
        }

        Each((row, v) => $"V.Store({Sum(row, v)}, {outputs} + {row * panel + v * context.Isa.Floats});");

        string Sum(int row, int v) => $"y{row}_{v}";

        void Each(Func<int, int, string> line)
        {
            for (int row = 0; row < rows.Count; row++)
            {
                for (int v = 0; v < vectors; v++) writer.Line(line(row, v));
            }
        }
    }

    private static int VectorsOfPanel(KernelContext context, FullyConnectedKernel k) => k.PanelBlocks * context.Isa.VectorsPerBlock;

    /// <summary>A panel is made in as few passes as there are registers for every image's sums and input and for a vector of weights, all about equally wide.</summary>
    private static int VectorsOfPass(KernelContext context, FullyConnectedKernel k, int rows)
    {
        int vectors = VectorsOfPanel(context, k);
        int most = (context.Isa.Registers - rows - 1) / rows;
        int passes = (vectors + most - 1) / most;
        return (vectors + passes - 1) / passes;
    }
}
