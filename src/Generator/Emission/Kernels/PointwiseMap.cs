using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes the pointwise convolution of a whole map: tasks are (panel, tile), panel by panel.</summary>
internal static class PointwiseMap
{
    /// <summary>Pieces of work, which depend on the instruction set's tile.</summary>
    public static int Tasks(PointwiseMapKernel kernel, VectorIsa isa)
    {
        var context = new KernelContext(new SourceWriter(), isa);
        return Main(context, kernel) + Tail(context, kernel);
    }

    public static void Write(KernelContext context, PointwiseMapKernel kernel)
    {
        SourceWriter writer = context.Writer;
        int tail = kernel.OutputBlocks % kernel.PanelBlocks;
        int main = Main(context, kernel);
        using (context.Method(kernel.Name, $"float* x, float* w, float* bias, float* y, {(kernel.Residual ? "float* residual, " : "")}{(kernel.TakesChannels ? "nint channels, " : "")}nint first, nint last",
            $"Pointwise convolution, {kernel.Reduction}{(kernel.TakesChannels ? $" or {kernel.LeastReduction}" : "")} input channels → {kernel.Outputs} output channels, {kernel.Positions} positions{(kernel.Residual ? ", plus residual" : "")}.\n" +
            $"  x    {Map(kernel, (kernel.Reduction + 15) / 16, kernel.InputPlane)}     y  {Map(kernel, kernel.OutputBlocks, kernel.OutputPlane)}{(kernel.Residual ? "     residual like y, apart from it" : "")}\n" +
            $"  w    panels of {SourceWriter.Count(kernel.PanelBlocks, "block")}{(tail > 0 ? $", the last of {tail}" : "")}, each [{kernel.Reduction}][outputs]\n" +
            "  " + Run(context, kernel, kernel.PanelBlocks).Contract.Replace("\n", "\n  ") + "\n" +
            $"  work {main + Tail(context, kernel)} tasks, panel by panel; tasks first … last − 1 are made here"))
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
        PointwiseRun run = Run(context, kernel, blocks);
        int panels = firstTask > 0 || kernel.OutputBlocks < 2 * kernel.PanelBlocks ? 1 : kernel.OutputBlocks / kernel.PanelBlocks;
        string panel = firstTask > 0 ? $"{kernel.OutputBlocks / kernel.PanelBlocks}" : panels == 1 ? "0" : "panel";
        using (panels > 1 ? writer.Block($"for (nint task = first; task < {end}; )") : writer.Block($"if (first < {end})"))
        {
            if (panels > 1)
            {
                writer.Line($"nint panel = task / {run.Tiles};");
                writer.Line($"nint from = task - panel * {run.Tiles};");
                writer.Line($"nint to = Math.Min({run.Tiles}, from + {end} - task);");
                writer.Line("task += to - from;");
            }
            else
            {
                writer.Line(firstTask > 0 ? $"nint from = first - {firstTask};" : "nint from = first;");
                writer.Line(firstTask > 0 ? $"nint to = last - {firstTask};" : $"nint to = {end};");
            }

            writer.Line($"float* wp = w + {panel} * {kernel.PanelStride};");
            writer.Line($"float* bp = bias + {panel} * {kernel.BiasStride};");
            writer.Line($"float* yp = y + {panel} * {kernel.PanelBlocks * kernel.OutputPlane};");
            if (kernel.Residual) writer.Line($"float* rp = residual + {panel} * {kernel.PanelBlocks * kernel.OutputPlane};");
            int fetched = FetchedFloats(context, kernel, blocks);
            if (fetched > 0) writer.Line($"float* fetch = bp + {PrefetchPlan.Ahead};");
            run.Write(kernel.Clamp, kernel.Residual, new WeightFetches(fetched), range: true);
        }
    }

    /// <summary>Floats fetched in each reduction step, so that all tiles of a panel together fetch as much as the panel's packed weights.</summary>
    private static int FetchedFloats(KernelContext context, PointwiseMapKernel kernel, int blocks) => context.Isa.IsX86
        ? PrefetchPlan.FloatsPerStep((kernel.Reduction + 1L) * blocks * MapLayout.Lanes, Run(context, kernel, blocks).Steps)
        : 0;

    private static PointwiseRun Run(KernelContext context, PointwiseMapKernel kernel, int blocks)
    {
        return new(context, new PointwiseRun.Shape(kernel.Reduction, blocks, kernel.Positions, kernel.InputPlane, kernel.OutputPlane)
        {
            End = kernel.TakesChannels ? "channels" : $"{kernel.Reduction}",
            Channels = ChannelsOf(kernel, blocks),
        }, PointwiseRun.Names.Panel);
    }

    /// <summary>Output channels of the panels of some blocks: what pads the last panel is known where no other one is like it.</summary>
    private static int ChannelsOf(PointwiseMapKernel kernel, int blocks)
    {
        int before = blocks < kernel.PanelBlocks ? kernel.OutputBlocks - blocks : 0;
        return Math.Min(kernel.Outputs - before * MapLayout.Lanes, blocks * MapLayout.Lanes);
    }

    private static int Main(KernelContext context, PointwiseMapKernel kernel) =>
        kernel.OutputBlocks / kernel.PanelBlocks * Run(context, kernel, kernel.PanelBlocks).Tiles;

    private static int Tail(KernelContext context, PointwiseMapKernel kernel) => kernel.OutputBlocks % kernel.PanelBlocks is var tail and > 0
        ? Run(context, kernel, tail).Tiles
        : 0;
}
