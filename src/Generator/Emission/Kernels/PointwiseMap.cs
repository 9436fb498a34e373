using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes the pointwise convolution of a whole map: tasks are (panel, tile), panel by panel.</summary>
internal static class PointwiseMap
{
    /// <summary>Pieces of work, which depend on the instruction set's tile.</summary>
    public static int Tasks(PointwiseMapKernel kernel, VectorIsa isa)
    {
        return Main(kernel, isa) + (kernel.TailBlocks > 0 ? Tiles(kernel, kernel.TailBlocks, isa) : 0);
    }

    public static void Write(KernelContext context, PointwiseMapKernel kernel)
    {
        SourceWriter writer = context.Writer;
        int tail = kernel.TailBlocks;
        int main = Main(kernel, context.Isa);
        using (context.Method(kernel.Name, $"float* x, float* w, float* y, {(kernel.Residual ? "float* residual, " : "")}{(kernel.TakesChannels ? "nint channels, " : "")}{(kernel.Gated ? "float* gates, float* scratch, " : "")}nint first, nint last",
            $"Pointwise convolution, {kernel.Reduction}{(kernel.TakesChannels ? $" or {kernel.LeastReduction}" : "")} input channels → {kernel.Outputs} output channels, {kernel.Positions} positions{(kernel.Residual ? ", plus residual" : "")}.\n" +
            $"  x    {Map(kernel, (kernel.Reduction + 15) / 16, kernel.InputPlane)}     y  {Map(kernel, kernel.OutputBlocks, kernel.OutputPlane)}{(kernel.Residual ? "     residual like y, apart from it" : "")}\n" +
            $"  w    panels of {SourceWriter.Count(kernel.PanelBlocks, "block")}{(tail > 0 ? $", the last of {tail}" : "")}, each biases [{kernel.WeightsAt}], then weights [{kernel.Reduction}][outputs]{(kernel.Gated ? $"     gates  [{kernel.Reduction}]" : "")}\n" +
            (kernel.Gated ? "  scratch  weights times gates, made before they are used: a panel's, or those of some input channels\n" : "") +
            "  " + Run(context, kernel, kernel.Tiling(context.Isa, kernel.PanelBlocks)).Contract.Replace("\n", "\n  ") + "\n" +
            $"  work {Tasks(kernel, context.Isa)} tasks, panel by panel; tasks first … last − 1 are made here"))
        {
            context.ClampConstants(kernel.Clamp);
            if (main > 0) WritePanels(context, kernel, kernel.PanelBlocks, tail > 0 ? $"Math.Min(last, {main})" : "last", firstTask: 0);
            if (tail > 0)
            {
                if (main > 0) writer.Line($"first = Math.Max(first, {main}); // the narrower last panel");
                WritePanels(context, kernel, tail, "last", firstTask: main);
            }
        }
    }

    private static string Map(PointwiseMapKernel kernel, int blocks, int plane) => plane == kernel.Positions * MapLayout.Lanes
        ? $"[{blocks}][{kernel.Positions}][16]"
        : $"[{blocks}] blocks, {plane} floats apart, of [{kernel.Positions}][16]";

    private static void WritePanels(KernelContext context, PointwiseMapKernel kernel, int blocks, string end, int firstTask)
    {
        SourceWriter writer = context.Writer;
        PointwiseTiling tiling = kernel.Tiling(context.Isa, blocks);
        int panels = firstTask > 0 || kernel.FullPanels < 2 ? 1 : kernel.FullPanels;
        string panel = firstTask > 0 ? $"{kernel.FullPanels}" : panels == 1 ? "0" : "panel";
        using (panels > 1 ? writer.Block($"for (nint task = first; task < {end}; )") : writer.Block($"if (first < {end})"))
        {
            if (panels > 1)
            {
                writer.Line($"nint panel = task / {tiling.Tile.Tiles};");
                writer.Line($"nint from = task - panel * {tiling.Tile.Tiles};");
                writer.Line($"nint to = Math.Min({tiling.Tile.Tiles}, from + {end} - task);");
                writer.Line("task += to - from;");
            }
            else
            {
                writer.Line(firstTask > 0 ? $"nint from = first - {firstTask};" : "nint from = first;");
                writer.Line(firstTask > 0 ? $"nint to = last - {firstTask};" : $"nint to = {end};");
            }

            writer.Line($"float* bp = w + {panel} * {kernel.PanelStride};");
            writer.Line($"float* wp = bp + {kernel.WeightsAt};");
            writer.Line($"float* yp = y + {panel} * {kernel.PanelBlocks * kernel.OutputPlane};");
            if (kernel.Residual) writer.Line($"float* rp = residual + {panel} * {kernel.PanelBlocks * kernel.OutputPlane};");
            PointwiseFetches fetches = kernel.Fetches(context.Isa, blocks);
            if (fetches.Ahead > 0) writer.Line($"float* fetch = bp + {kernel.Ahead(context.Isa, blocks)};");
            Run(context, kernel, tiling).Write(kernel.Clamp, kernel.Residual, fetches, range: true);
        }
    }

    private static PointwiseRun Run(KernelContext context, PointwiseMapKernel kernel, PointwiseTiling tiling) =>
        new(context, tiling, PointwiseRun.Names.Panel, kernel.Gated, kernel.TakesChannels ? "channels" : null);

    /// <summary>Pieces of work of the panels of full width.</summary>
    private static int Main(PointwiseMapKernel kernel, VectorIsa isa) => kernel.FullPanels * Tiles(kernel, kernel.PanelBlocks, isa);

    private static int Tiles(PointwiseMapKernel kernel, int blocks, VectorIsa isa) => kernel.Tiling(isa, blocks).Tile.Tiles;
}
