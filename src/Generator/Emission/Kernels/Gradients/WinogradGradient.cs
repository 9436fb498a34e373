using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels.Gradients;

/// <summary>Writes the gradient of what Winograd's tiles multiply in place of a dense convolution's weights: the outputs' gradients transformed, and their products with the inputs.</summary>
internal static class WinogradGradient
{
    public static IEnumerable<Kernel> Calls(WinogradWeightGradientKernel k)
    {
        yield return k.Tiles;
        yield return k.OutputGradient;
        if (k.HasBias) yield return Biases(k);
        foreach (int inputs in ConvolutionWeightGradient.InputsOf(k.Tiles.Source)) yield return Products(k, inputs);
    }

    /// <summary>Writes the products of one image.</summary>
    public static void Write(KernelContext context, WinogradWeightGradientKernel k)
    {
        SourceWriter writer = context.Writer;
        WinogradInputKernel tiles = k.Tiles;
        int lanes = context.Lanes, panel = k.PanelBlocks * lanes, floats = tiles.Columns * lanes, channels = tiles.Source.Channels;
        using (context.Method(k.Name, "float* x, float* dy, float* dm, float* scratch, nint first, nint last",
            $"Gradient of what tiles multiply in place of the weights of a 3×3 convolution, {tiles.Source} → {k.Output}, one image.\n" +
            $"  x        [{MapLayout.Blocks(channels)}][{tiles.Height}][{tiles.Width}][16]     dy  [{MapLayout.Blocks(k.Outputs)}][{tiles.Height}][{tiles.Width}][16]\n" +
            $"  dm       {SourceWriter.Count(k.Panels, "panel")} of {SourceWriter.Count(k.PanelBlocks, "block")}: 16 points, of each biases, [{tiles.Reduction}][outputs], added to; " +
            $"biases are left{(k.HasBias ? $" but for point {Winograd.BiasPoint}" : "")}; rows past the inputs are left\n" +
            $"  scratch  tiles of {SourceWriter.Count(tiles.Rows, "row")}, transformed: {tiles.Floats * sizeof(float) / 1024} KiB; a panel's gradients, transformed\n" +
            "  sum      tiles of a band in order, then band by band\n" +
            $"  work     {SourceWriter.Count(k.Panels, "panel")}; panels first … last − 1 are made here"))
        using (writer.Block($"for (nint band = 0; first < last && band < {tiles.Bands}; band++)"))
        {
            writer.Line($"float* e = scratch + {tiles.Floats};");
            writer.Line($"{tiles.Name}(x, scratch, band);");
            using (writer.Block("for (nint panel = first; panel < last; panel++)"))
            {
                string rows = tiles.IsRagged ? $"Math.Min({tiles.Rows}, {tiles.Height} - band * {tiles.Rows})" : $"{tiles.Rows}";
                writer.Line($"{k.OutputGradient.Name}(dy + panel * {k.PanelBlocks * MapLayout.Plane(k.Output)} + band * {tiles.Plane}, e, {rows});");
                if (k.HasBias) writer.Line($"{Biases(k).Name}(e + {Winograd.BiasPoint * k.OutputGradient.PointFloats}, dm + panel * {k.Gradient.Panel} + {Winograd.BiasPoint * k.Gradient.Matrix});");
                using (writer.Block($"for (nint point = 0; point < {tiles.Matrices}; point++)"))
                {
                    writer.Line($"float* xp = scratch + point * {tiles.MatrixFloats};");
                    writer.Line($"float* ep = e + point * {k.OutputGradient.PointFloats};");
                    writer.Line($"float* dmp = dm + panel * {k.Gradient.Panel} + point * {k.Gradient.Matrix} + {panel};");
                    Loops.Pieces(writer, "block", channels / lanes, channels % lanes, ranged: false, (block, isRest) => writer.Line(
                        $"{Products(k, isRest ? channels % lanes : lanes).Name}(xp{Loops.Plus(block, floats)}, ep, dmp{Loops.Plus(block, lanes * panel)});"));
                }
            }
        }
    }

    /// <summary>Transforms the outputs' gradients: A dy Aᵀ of every tile's two by two.</summary>
    public static void Write(KernelContext context, WinogradOutputGradientKernel k)
    {
        using (context.Method(k.Name, "float* dy, float* tiles, nint rows",
            $"Gradients of the outputs of F(2×2, 3×3) for {k.Rows} rows of {k.Width}, transformed: A dy Aᵀ of every 2×2; zeros beyond the map.\n" +
            $"  dy     [{k.Blocks}] blocks, {k.OutputPlane} floats apart, of [{k.Rows}][{k.Width}][16]\n" +
            $"  tiles  [16 points], {k.PointFloats} floats apart, of [{k.Blocks}][{k.TileRows}][{k.TileColumns}][16]\n" +
            "  rows   rows of dy that there are, fewer at the end of a map"))
        {
            context.Writer.Line($"var zero = {context.VectorOfFloat}.Zero;");
            WinogradTiles.ForTiles(context, k, points: "tiles", outputs: "dy", makesOutputs: false, columns => WriteTile(context, k, columns));
        }
    }

    private static void WriteTile(KernelContext context, WinogradOutputGradientKernel k, int columns)
    {
        SourceWriter writer = context.Writer;
        // Of each column of gradients the four points: A dy.
        for (int j = 0; j < columns; j++)
        {
            string upper = KernelContext.At("from", j * context.Lanes), lower = KernelContext.At("from", k.Width * context.Lanes + j * context.Lanes);
            writer.Line($"var u{j} = V.Load({upper}); var l{j} = both ? V.Load({lower}) : zero;");
            writer.Line($"var c0{j} = u{j}; var c1{j} = u{j} + l{j}; var c2{j} = u{j} - l{j}; var c3{j} = zero - l{j};");
        }

        // (A dy) Aᵀ of a row.
        for (int i = 0; i < Winograd.Inputs; i++)
        {
            (string first, string second) = ($"c{i}0", $"c{i}1");
            string[] values = columns > 1 ? [first, $"{first} + {second}", $"{first} - {second}", $"zero - {second}"] : [first, first, first, "zero"];
            writer.Line(string.Join(" ", values.Select((value, j) => $"V.Store({value}, {KernelContext.At("to", (i * Winograd.Inputs + j) * k.PointFloats)});")));
        }
    }

    private static PointwiseGradientKernel Products(WinogradWeightGradientKernel k, int inputs) => new(inputs, k.Tiles.Columns, k.PanelBlocks, k.Tiles.Columns * MapLayout.Lanes);

    private static BiasGradientKernel Biases(WinogradWeightGradientKernel k) => new(k.Tiles.Columns, k.PanelBlocks, k.Tiles.Columns * MapLayout.Lanes);
}
