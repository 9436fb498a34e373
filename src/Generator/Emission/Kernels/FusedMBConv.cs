using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels;

/// <summary>Writes a fused block: what the dense convolution makes of some rows stays in the caches until it is projected.</summary>
internal static class FusedMBConv
{
    /// <summary>The product of a panel's weights with the inputs, or of those of a point: its products wait, side by side, until outputs are made of all points'.</summary>
    public static PointwiseRowKernel Product(FusedMBConvKernel k)
    {
        int plane = k.Inputs.Columns * MapLayout.Lanes;
        bool waits = Outputs(k) is not null;
        return new PointwiseRowKernel(
            k.Inputs.Reduction, plane, k.Inputs.Columns, k.PanelBlocks, waits ? plane : DensePlane(k), waits ? ActivationKind.None : KernelContext.ClampOf(k.Activation))
        {
            Channels = InPanel(k.Channels, k.Panels, k.PanelBlocks),
        };
    }

    public static WinogradOutputKernel? Outputs(FusedMBConvKernel k) => k.Inputs is WinogradInputKernel tiles
        ? new(k.PanelBlocks, tiles.Rows, tiles.Width, DensePlane(k), KernelContext.ClampOf(k.Activation))
        : null;

    public static RowPassKernel? Pass(FusedMBConvKernel k) => KernelContext.RowPassOf(k.Activation);

    /// <summary>The projection of a band of some rows.</summary>
    public static PointwiseRowKernel? Projection(FusedMBConvKernel k, int rows) => k.Projection is null ? null :
        new PointwiseRowKernel(k.ProjectionReduction, k.Inputs.Plane, rows * k.Inputs.Width, k.ProjectionBlocks, MapLayout.Plane(k.Output), ActivationKind.None)
        {
            Channels = InPanel(k.Output.Channels, k.ProjectionPanels, k.ProjectionBlocks),
            Residual = k.Residual,
        };

    public static IEnumerable<Kernel> Calls(FusedMBConvKernel k) =>
        new Kernel?[] { k.Inputs, Product(k), Outputs(k), Pass(k), Projection(k, k.Inputs.Rows), Projection(k, k.Inputs.LastRows) }.OfType<Kernel>();

    public static void Write(KernelContext context, FusedMBConvKernel k)
    {
        SourceWriter writer = context.Writer;
        DenseInputKernel inputs = k.Inputs;
        string dense = $"{inputs.Geometry.Kernel}×{inputs.Geometry.Kernel} stride {inputs.Geometry.Stride}, {k.Channels} channels";
        string rows = inputs.Rows > 1 ? $"{inputs.Rows} rows" : "one row";
        using (context.Method(k.Name, $"float* x, float* weights, float* y, {(k.Residual ? "float* residual, " : "")}float* scratch, nint first, nint last",
            $"Dense convolution {inputs.Source} → {dense}{(k.Projection is null ? "" : " → projection")} → {k.Output}{(k.Residual ? ", plus residual" : "")}.\n" +
            $"  weights  {SourceWriter.Count(k.Panels, "panel")} of {SourceWriter.Count(k.PanelBlocks, "block")}: {WeightsOf(inputs)}" +
            (k.Projection is null ? "\n" : $"; {SourceWriter.Count(k.ProjectionPanels, "panel")} of {SourceWriter.Count(k.ProjectionBlocks, "block")}: bias, [{k.ProjectionReduction}][outputs]\n") +
            $"  scratch  {ScratchOf(inputs, rows)}{(k.Projection is null ? "" : "; what the dense convolution makes of them")}\n" +
            $"  work     {SourceWriter.Count(k.Bands, "band")} of {rows}{(inputs.IsRagged ? $", the last of {inputs.LastRows}" : "")}; bands first … last − 1 are made here"))
        using (writer.Block("for (nint band = first; band < last; band++)"))
        {
            writer.Line($"float* to = y + band * {inputs.Plane};");
            if (inputs.IsRagged) writer.Line($"nint rows = Math.Min({inputs.Rows}, {inputs.Height} - band * {inputs.Rows});");
            writer.Line($"{inputs.Name}(x, scratch, band);");
            if (Outputs(k) is not null) writer.Line($"float* m = scratch + {k.WaitingAt};");
            if (k.Projection is not null) writer.Line($"float* d = scratch + {k.ProjectedAt};");
            Panels(context, k.Panels, "weights", k.PanelStride, panel =>
            {
                writer.Line($"float* e = {(k.Projection is null ? "to" : "d")}{Loops.Plus(panel, k.PanelBlocks * DensePlane(k))};");
                WriteDense(context, k);
                if (Pass(k) is { } pass) writer.Line($"{pass.Name}(e, {RowPassKernel.Geometry(k.PanelBlocks, RowsFloats(k), DensePlane(k))});");
            });
            if (k.Projection is not null) WriteProjection(context, k);
            else if (k.Residual) WriteSum(context, k);
        }
    }

    /// <summary>A panel of the dense convolution: one product, or those of a tile's points and what becomes of them.</summary>
    private static void WriteDense(KernelContext context, FusedMBConvKernel k)
    {
        SourceWriter writer = context.Writer;
        int biases = PanelLayout.BiasesOf(k.PanelBlocks);
        if (Outputs(k) is not { } outputs)
        {
            writer.Line($"{Product(k).Name}(scratch, w + {biases}, w, e);");
            return;
        }

        using (writer.Block($"for (nint point = 0; point < {k.Inputs.Matrices}; point++)"))
        {
            writer.Line($"float* wp = w + point * {k.MatrixStride};");
            writer.Line($"{Product(k).Name}(scratch + point * {k.Inputs.MatrixFloats}, wp + {biases}, wp, m + point * {outputs.PointFloats});");
        }

        writer.Line($"{outputs.Name}(m, e, {(k.Inputs.IsRagged ? "rows" : $"{k.Inputs.Rows}")});");
    }

    private static void WriteProjection(KernelContext context, FusedMBConvKernel k) =>
        Panels(context, k.ProjectionPanels, $"weights + {k.DenseFloats}", k.ProjectionStride, panel =>
        {
            string place = Loops.Plus(panel, k.ProjectionBlocks * MapLayout.Plane(k.Output));
            string arguments = $"d, w + {PanelLayout.BiasesOf(k.ProjectionBlocks)}, w, to{place}{(k.Residual ? $", residual + band * {k.Inputs.Plane}{place}" : "")}";
            string whole = $"{Projection(k, k.Inputs.Rows)!.Name}({arguments});";
            context.Writer.Line(k.Inputs.IsRagged ? $"if (rows == {k.Inputs.Rows}) {whole}" : whole);
            if (k.Inputs.IsRagged) context.Writer.Line($"else {Projection(k, k.Inputs.LastRows)!.Name}({arguments});");
        });

    private static string WeightsOf(DenseInputKernel inputs) => inputs is TapsKernel taps
        ? $"bias, [ky][kx][{taps.Channels}][outputs]"
        : $"16 points, of each biases, of which those of point {Winograd.BiasPoint} are not zero, [{inputs.Reduction}][outputs]";

    private static string ScratchOf(DenseInputKernel inputs, string rows) => inputs is TapsKernel
        ? $"taps of {rows}: {inputs.Floats * 4 / 1024} KiB"
        : $"tiles of {rows}, transformed: {inputs.Floats * 4 / 1024} KiB; a panel's products with them";

    /// <summary>Floats of a block of a band's outputs, which the last band has fewer of where it is ragged.</summary>
    private static string RowsFloats(FusedMBConvKernel k) => k.Inputs.IsRagged ? $"rows * {k.Inputs.RowFloats}" : $"{k.Inputs.Plane}";

    /// <summary>The residual of a block without projection, which follows the activation.</summary>
    private static void WriteSum(KernelContext context, FusedMBConvKernel k)
    {
        SourceWriter writer = context.Writer;
        using (writer.Block($"for (nint block = 0; block < {MapLayout.Blocks(k.Channels)}; block++)"))
        {
            writer.Line($"float* sum = to + block * {MapLayout.Plane(k.Output)};");
            writer.Line($"float* added = residual + band * {k.Inputs.Plane} + block * {MapLayout.Plane(k.Output)};");
            writer.Line($"for (nint i = 0; i < {RowsFloats(k)}; i += {context.Isa.Floats}) V.Store(V.Load(sum + i) + V.Load(added + i), sum + i);");
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
    private static int DensePlane(FusedMBConvKernel k) => k.Projection is null ? MapLayout.Plane(k.Output) : k.Inputs.Plane;
}
