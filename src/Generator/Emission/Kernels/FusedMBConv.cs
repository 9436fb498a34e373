using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes a fused block: what the dense convolution makes of some rows stays in the caches until it is projected.</summary>
internal static class FusedMBConv
{
    public static PointwiseRowKernel Dense(FusedMBConvKernel k) => new(
        k.Taps.Reduction, k.Taps.Plane, k.Taps.Positions, k.PanelBlocks, DensePlane(k), KernelContext.ClampOf(k.Activation))
    {
        Channels = InPanel(k.Channels, k.Panels, k.PanelBlocks),
    };

    public static RowPassKernel? Pass(FusedMBConvKernel k) => KernelContext.RowPassOf(k.Activation);

    public static PointwiseRowKernel? Projection(FusedMBConvKernel k) => k.Projection is null ? null :
        new PointwiseRowKernel(k.ProjectionReduction, k.Taps.Plane, k.Taps.Positions, k.ProjectionBlocks, MapLayout.Plane(k.Output), ActivationKind.None)
        {
            Channels = InPanel(k.Output.Channels, k.ProjectionPanels, k.ProjectionBlocks),
            Residual = k.Residual,
        };

    public static IEnumerable<Kernel> Calls(FusedMBConvKernel k) => new Kernel?[] { k.Taps, Dense(k), Pass(k), Projection(k) }.OfType<Kernel>();

    public static void Write(KernelContext context, FusedMBConvKernel k)
    {
        SourceWriter writer = context.Writer;
        string dense = $"{k.Taps.Geometry.Kernel}×{k.Taps.Geometry.Kernel} stride {k.Taps.Geometry.Stride}, {k.Channels} channels";
        string rows = k.Taps.Rows > 1 ? $"{k.Taps.Rows} rows" : "one row";
        using (context.Method(k.Name, $"float* x, float* weights, float* y, {(k.Residual ? "float* residual, " : "")}float* scratch, nint first, nint last",
            $"Dense convolution {k.Taps.Source} → {dense}{(k.Projection is null ? "" : " → projection")} → {k.Output}{(k.Residual ? ", plus residual" : "")}.\n" +
            $"  weights  {SourceWriter.Count(k.Panels, "panel")} of {SourceWriter.Count(k.PanelBlocks, "block")}: bias, [ky][kx][{k.Taps.Channels}][outputs]" +
            (k.Projection is null ? "\n" : $"; {SourceWriter.Count(k.ProjectionPanels, "panel")} of {SourceWriter.Count(k.ProjectionBlocks, "block")}: bias, [{k.ProjectionReduction}][outputs]\n") +
            $"  scratch  taps of {rows}: {k.Taps.Floats * 4 / 1024} KiB{(k.Projection is null ? "" : "; what the dense convolution makes of them")}\n" +
            $"  work     {SourceWriter.Count(k.Bands, "band")} of {rows}; bands first … last − 1 are made here"))
        using (writer.Block("for (nint band = first; band < last; band++)"))
        {
            int floats = k.Taps.Plane;
            writer.Line($"float* to = y + band * {floats};");
            writer.Line($"{k.Taps.Name}(x, scratch, band);");
            if (k.Projection is not null) writer.Line($"float* d = scratch + {k.Taps.Floats};");
            Panels(context, k.Panels, "weights", k.PanelStride, panel =>
            {
                writer.Line($"float* e = {(k.Projection is null ? "to" : "d")}{Loops.Plus(panel, k.PanelBlocks * DensePlane(k))};");
                writer.Line($"{Dense(k).Name}(scratch, w + {k.PanelBlocks * context.Lanes}, w, e);");
                if (Pass(k) is { } pass) writer.Line($"{pass.Name}(e, {RowPassKernel.Geometry(k.PanelBlocks, k.Taps.Positions, DensePlane(k))});");
            });
            if (Projection(k) is { } projection)
            {
                Panels(context, k.ProjectionPanels, $"weights + {k.DenseFloats}", k.ProjectionStride, panel =>
                {
                    string place = Loops.Plus(panel, k.ProjectionBlocks * MapLayout.Plane(k.Output));
                    writer.Line($"{projection.Name}(d, w + {k.ProjectionBlocks * context.Lanes}, w, to{place}{(k.Residual ? $", residual + band * {floats}{place}" : "")});");
                });
            }
            else if (k.Residual)
            {
                WriteSum(context, k);
            }
        }
    }

    /// <summary>The residual of a block without projection, which follows the activation.</summary>
    private static void WriteSum(KernelContext context, FusedMBConvKernel k)
    {
        SourceWriter writer = context.Writer;
        using (writer.Block($"for (nint block = 0; block < {MapLayout.Blocks(k.Channels)}; block++)"))
        {
            writer.Line($"float* sum = to + block * {MapLayout.Plane(k.Output)};");
            writer.Line($"float* added = residual + band * {k.Taps.Plane} + block * {MapLayout.Plane(k.Output)};");
            writer.Line($"for (nint i = 0; i < {k.Taps.Plane}; i += {context.Isa.Floats}) V.Store(V.Load(sum + i) + V.Load(added + i), sum + i);");
        }
    }

    private static void Panels(KernelContext context, int panels, string weights, int stride, Action<string> body) =>
        Loops.Pieces(context.Writer, "panel", panels, rest: 0, ranged: false, (panel, _) =>
        {
            context.Writer.Line($"float* w = {weights}{Loops.Plus(panel, stride)};");
            body(panel);
        });

    /// <summary>Channels of a panel; which of them pad the last one is known where there is no other.</summary>
    private static int InPanel(int channels, int panels, int blocks) => panels == 1 ? channels : blocks * MapLayout.Lanes;

    /// <summary>Floats between blocks of what the dense convolution makes: the map, or what is projected.</summary>
    private static int DensePlane(FusedMBConvKernel k) => k.Projection is null ? MapLayout.Plane(k.Output) : k.Taps.Plane;
}
