using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission.Kernels.Gradients;

/// <summary>Writes the gradient of a dense convolution's weights by Winograd's tiles: the adjoints of their three transforms, and the products between them.</summary>
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
        SourceWriter writer = context.Writer;
        int lanes = context.Lanes, row = k.Width * lanes, whole = k.Width / Winograd.Outputs;
        using (context.Method(k.Name, "float* dy, float* tiles, nint rows",
            $"Gradients of the outputs of F(2×2, 3×3) for {k.Rows} rows of {k.Width}, transformed: A dy Aᵀ of every 2×2; zeros beyond the map.\n" +
            $"  dy     [{k.Blocks}] blocks, {k.OutputPlane} floats apart, of [{k.Rows}][{k.Width}][16]\n" +
            $"  tiles  [16 points], {k.PointFloats} floats apart, of [{k.Blocks}][{k.TileRows}][{k.TileColumns}][16]\n" +
            "  rows   rows of dy that there are, fewer at the end of a map"))
        {
            writer.Line($"var zero = {context.VectorOfFloat}.Zero;");
            using (writer.Block($"for (nint block = 0; block < {k.Blocks}; block++)"))
            using (Loops.BlockVectors(context))
            using (writer.Block($"for (nint row = 0; row < {k.Rows}; row += {Winograd.Outputs})"))
            {
                string lane = Loops.Lane(context);
                writer.Line($"float* from = dy + block * {k.OutputPlane} + row * {row}{lane};");
                writer.Line($"float* to = tiles + block * {k.Columns * lanes} + row * {k.TileColumns * lanes / Winograd.Outputs}{lane};");
                writer.Line("bool both = row + 1 < rows;");
                if (whole > 0)
                {
                    using (writer.Block($"for (nint tile = 0; tile < {whole}; tile++)"))
                    {
                        WriteTile(context, k, Winograd.Outputs);
                        writer.Line($"from += {Winograd.Outputs * lanes}; to += {lanes};");
                    }
                }

                if (k.Width % Winograd.Outputs > 0)
                {
                    using (writer.Block()) WriteTile(context, k, columns: 1);
                }
            }
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

    /// <summary>Makes taps' gradients: Gᵀ m G of every 4×4 sums m over images.</summary>
    public static void Write(KernelContext context, WinogradTapsGradientKernel k)
    {
        SourceWriter writer = context.Writer;
        int lanes = context.Lanes;
        string numbers = string.Concat(WinogradWeightsKernel.Geometry(0, default, default).Select(number => $"nint {number.Name}, "));
        using (context.Method(k.Name, $"float* dm, float* dw, nint images, nint imageStride, {numbers}nint first, nint last",
            "Gradients of the 3×3 kernels whose tiles are multiplied, Gᵀ m G, and of biases.\n" +
            $"  dm    [images], imageStride floats apart, of panels of blocksOfT blocks, panelOfT floats apart: 16 points, point floats apart: [outputs] biases, of which those of point {Winograd.BiasPoint} count, [rows][outputs]\n" +
            "  dw    panels of blocks blocks, panel floats apart: [outputs] biases, then 9 taps, tap floats apart: [rows][outputs], added to\n" +
            "  sum   image by image, then transformed, then added to dw\n" +
            "  work  rows, block by block of outputs; rows first … last − 1 are made here, the biases of a block with its first"))
        {
            writer.Line("var half = V.Create(0.5f);");
            using (writer.Block("for (nint at = first; at < last; at++)"))
            {
                writer.Line("nint block = at / rows;");
                writer.Line("nint row = at - block * rows;");
                writer.Line($"float* from = dm + block / blocksOfT * panelOfT + block % blocksOfT * {lanes};");
                writer.Line($"float* to = dw + block / blocks * panel + block % blocks * {lanes};");
                using (writer.Block("if (row == 0)"))
                using (Loops.BlockVectors(context))
                {
                    string lane = Loops.Lane(context);
                    writer.Line($"float* biases = from + point * {Winograd.BiasPoint}{lane};");
                    writer.Line("var bias = V.Load(biases);");
                    writer.Line("for (nint n = 1; n < images; n++) bias += V.Load(biases + n * imageStride);");
                    writer.Line($"V.Store(V.Load(to{lane}) + bias, to{lane});");
                }

                writer.Line($"from += (row + 1) * blocksOfT * {lanes};");
                writer.Line($"to += (row + 1) * blocks * {lanes};");
                using (Loops.BlockVectors(context)) WriteTaps(context);
            }
        }
    }

    private static void WriteTaps(KernelContext context)
    {
        SourceWriter writer = context.Writer;
        string lane = Loops.Lane(context);
        writer.Line("// Gᵀ m, column by column");
        for (int j = 0; j < Winograd.Inputs; j++)
        {
            writer.Line(string.Join(" ", Enumerable.Range(0, Winograd.Inputs).Select(i => $"var m{i}{j} = V.Load({WinogradTiles.Place("from", "point", i * Winograd.Inputs + j)}{lane});")));
            using (writer.Block("for (nint n = 1; n < images; n++)"))
            {
                writer.Line("float* other = from + n * imageStride;");
                writer.Line(string.Join(" ", Enumerable.Range(0, Winograd.Inputs).Select(i => $"m{i}{j} += V.Load({WinogradTiles.Place("other", "point", i * Winograd.Inputs + j)}{lane});")));
            }

            Transform(i => $"m{i}{j}", y => $"u{y}{j}", $"{j}");
        }

        writer.Line("// (Gᵀ m) G, row by row");
        for (int y = 0; y < Winograd.Kernel; y++)
        {
            Transform(j => $"u{y}{j}", x => $"g{y}{x}", $"Of{y}");
            for (int x = 0; x < Winograd.Kernel; x++)
            {
                string tap = WinogradTiles.Place("to", "tap", y * Winograd.Kernel + x) + lane;
                writer.Line($"V.Store(V.Load({tap}) + g{y}{x}, {tap});");
            }
        }

        void Transform(Func<int, string> four, Func<int, string> three, string name)
        {
            writer.Line($"var sum{name} = ({four(1)} + {four(2)}) * half; var difference{name} = ({four(1)} - {four(2)}) * half;");
            writer.Line($"var {three(0)} = {four(0)} + sum{name}; var {three(1)} = difference{name}; var {three(2)} = sum{name} + {four(3)};");
        }
    }

    private static PointwiseGradientKernel Products(WinogradWeightGradientKernel k, int inputs) => new(inputs, k.Tiles.Columns, k.PanelBlocks, k.Tiles.Columns * MapLayout.Lanes);

    private static BiasGradientKernel Biases(WinogradWeightGradientKernel k) => new(k.Tiles.Columns, k.PanelBlocks, k.Tiles.Columns * MapLayout.Lanes);
}
