using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes the pointwise convolution of a whole map: tasks are (panel, tile), panel by panel.</summary>
internal static class PointwiseMap
{
    /// <summary>Pieces of work, which depend on the instruction set's tile.</summary>
    public static int Tasks(PointwiseMapKernel kernel, VectorIsa isa) => Main(kernel, isa) + Tail(kernel, isa);

    public static void Write(KernelContext context, PointwiseMapKernel kernel)
    {
        SourceWriter writer = context.Writer;
        int plane = kernel.Positions * context.Lanes;
        int tail = kernel.OutputBlocks % kernel.PanelBlocks;
        int main = Main(kernel, context.Isa);
        PointwiseTile Body(int blocks) => new(context, TileOf(kernel, context.Isa, blocks), kernel.Reduction, plane, plane, blocks * context.Lanes, PrefetchLines(kernel, context.Isa, blocks));
        using (context.Method(kernel.Name, $"float* x, float* w, float* bias, float* y, {(kernel.Residual ? "float* residual, " : "")}nint first, nint last",
            $"Pointwise convolution, {kernel.Reduction} input channels → {kernel.OutputBlocks * context.Lanes} output channels, {kernel.Positions} positions{(kernel.Residual ? ", plus residual" : "")}.\n" +
            $"  x    [{(kernel.Reduction + 15) / 16}][{kernel.Positions}][16]     y  [{kernel.OutputBlocks}][{kernel.Positions}][16]{(kernel.Residual ? "     residual like y, apart from it" : "")}\n" +
            $"  w    panels of {SourceWriter.Count(kernel.PanelBlocks, "block")}{(tail > 0 ? $", the last of {tail}" : "")}, each [{kernel.Reduction}][outputs]\n" +
            "  " + Body(kernel.PanelBlocks).Contract.Replace("\n", "\n  ") + "\n" +
            $"  work {Tasks(kernel, context.Isa)} tasks, panel by panel; tasks first … last − 1 are made here"))
        {
            context.ClampConstants(kernel.Clamp);
            if (main > 0) WriteRun(context, kernel, Body(kernel.PanelBlocks), kernel.PanelBlocks, tail > 0 ? "Math.Min(last, " + main + ")" : "last", firstTask: 0);
            if (tail > 0)
            {
                if (main > 0) writer.Line($"first = Math.Max(first, {main}); // the narrower last panel");
                WriteRun(context, kernel, Body(tail), tail, "last", firstTask: main);
            }
        }
    }

    private static void WriteRun(KernelContext context, PointwiseMapKernel kernel, PointwiseTile body, int blocks, string end, int firstTask)
    {
        SourceWriter writer = context.Writer;
        Tile tile = TileOf(kernel, context.Isa, blocks);
        int plane = kernel.Positions * context.Lanes;
        bool inner = blocks > tile.Blocks;
        int panels = firstTask > 0 || kernel.OutputBlocks < 2 * kernel.PanelBlocks ? 1 : kernel.OutputBlocks / kernel.PanelBlocks;
        string local = firstTask > 0 ? $"(task - {firstTask})" : "task";
        string panel = firstTask > 0 ? $"{kernel.OutputBlocks / kernel.PanelBlocks}" : "panel";
        using (writer.Block($"for (nint task = first; task < {end}; task++)"))
        {
            if (firstTask == 0) writer.Line(panels == 1 ? "const nint panel = 0;" : $"nint panel = task / {tile.Tiles};");
            if (tile.Tiles > 1)
            {
                writer.Line(panels == 1 ? $"nint tile = {local};" : $"nint tile = {local} - panel * {tile.Tiles};");
                Loops.WritePosition(context, tile, kernel.Positions);
            }
            else
            {
                writer.Line("const nint position = 0;");
            }

            if (PrefetchLines(kernel, context.Isa, blocks) is var lines and > 0)
            {
                long stride = lines * Steps(kernel, tile, blocks) * PrefetchPlan.LineFloats;
                writer.Line($"float* ahead = bias + {panel} * {kernel.BiasStride} + {PrefetchPlan.Ahead}{(tile.Tiles > 1 ? $" + tile * {stride}" : "")};");
            }

            using (Loops.PanelBlocks(context, blocks, tile.Blocks))
            {
                string block = inner ? " + block * 16" : "";
                string output = $"{panel} * {kernel.PanelBlocks * plane}{(inner ? $" + block * {plane}" : "")} + position";
                writer.Line("float* xt = x + position;");
                writer.Line($"float* wt = w + {panel} * {kernel.PanelStride}{block};");
                writer.Line($"float* bt = bias + {panel} * {kernel.BiasStride}{block};");
                writer.Line($"float* yt = y + {output};");
                if (kernel.Residual) writer.Line($"float* rt = residual + {output};");
                body.Write(kernel.Clamp, kernel.Residual);
            }
        }
    }

    /// <summary>Lines fetched in each reduction step, so that all tiles of a panel together fetch as much as the panel's packed weights.</summary>
    private static int PrefetchLines(PointwiseMapKernel kernel, VectorIsa isa, int blocks)
    {
        Tile tile = TileOf(kernel, isa, blocks);
        long weights = (kernel.Reduction + 1L) * blocks * MapLayout.Lanes;
        return isa.Prefetches ? PrefetchPlan.LinesPerStep(weights, tile.Tiles * Steps(kernel, tile, blocks)) : 0;
    }

    /// <summary>Reduction steps of one tile of a panel.</summary>
    private static long Steps(PointwiseMapKernel kernel, Tile tile, int blocks) => (long)(blocks / tile.Blocks) * kernel.Reduction / PointwiseTile.Unroll;

    private static Tile TileOf(PointwiseMapKernel kernel, VectorIsa isa, int blocks) =>
        TileSelector.Choose(isa, kernel.Positions, blocks, kernel.Reduction);

    private static int Main(PointwiseMapKernel kernel, VectorIsa isa) =>
        kernel.OutputBlocks / kernel.PanelBlocks * TileOf(kernel, isa, kernel.PanelBlocks).Tiles;

    private static int Tail(PointwiseMapKernel kernel, VectorIsa isa) => kernel.OutputBlocks % kernel.PanelBlocks is var tail and > 0
        ? TileOf(kernel, isa, tail).Tiles
        : 0;
}
