using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Gradients;

/// <summary>Gradient of a dense convolution's weights by tiles: the outputs' gradients transformed, their products with the inputs, and the taps' gradients of the products' sums.</summary>
public class WinogradGradientTests
{
    private const int Lanes = MapLayout.Lanes, Points = 16, Taps = 9, BiasPoint = 5;

    private static readonly Dictionary<string, WinogradWeightGradientKernel> Products = new (int Inputs, int Height, int Width, int Rows, int Outputs, int Panel, bool Bias)[]
    {
        (1, 1, 1, 2, 1, 1, true), (24, 6, 7, 2, 24, 2, false), (24, 7, 6, 4, 24, 1, true), (33, 2, 5, 2, 50, 4, false), (16, 3, 31, 4, 64, 2, true), (48, 9, 12, 10, 96, 6, false), (5, 10, 1, 2, 130, 3, true),
    }.Select(c => new WinogradWeightGradientKernel(new WinogradInputKernel(new Shape(c.Inputs, c.Height, c.Width), c.Rows), c.Outputs, c.Panel, c.Bias)).ToDictionary(kernel => kernel.Name);

    private static readonly Dictionary<string, (int Inputs, int Outputs, int Panel, int PanelOfTiles, int Images)> Sums = new (int Inputs, int Outputs, int Panel, int PanelOfTiles, int Images)[]
    {
        (1, 1, 1, 1, 1), (24, 96, 3, 2, 3), (33, 50, 4, 1, 2), (130, 5, 1, 1, 1), (16, 64, 2, 4, 8),
    }.ToDictionary(one => $"{one}");

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("WinogradGradient", Products.Select(one => KeyValuePair.Create(one.Key, (Kernel)one.Value))
        .Concat(Products.Select(one => KeyValuePair.Create(one.Key + "_outputs", (Kernel)one.Value.OutputGradient)))
        .Append(KeyValuePair.Create(nameof(WinogradTapsGradientKernel), (Kernel)new WinogradTapsGradientKernel()))));

    public static TheoryData<InstructionSet, string> ProductCases => KernelIsas.Cross(Products.Keys);

    public static TheoryData<InstructionSet, string> SumCases => KernelIsas.Cross(Sums.Keys);

    [Theory]
    [MemberData(nameof(ProductCases))]
    public void Gradients_of_the_outputs_are_transformed_with_zeros_beyond_the_map(InstructionSet set, string title)
    {
        WinogradOutputGradientKernel kernel = Products[title].OutputGradient;
        // A whole band, where the map has one, and one that ends with a map of an odd number of rows.
        foreach (int rows in new[] { kernel.Rows, kernel.Rows - 1 }.Where(rows => rows * kernel.Width * Lanes <= kernel.OutputPlane))
        {
            foreach (Data data in Enum.GetValues<Data>())
            {
                Tensor dy = Values.Activations(title, data, 1, kernel.Blocks * Lanes, rows, kernel.Width);
                (double[] values, double[] errors) = OfTiles(dy, WinogradBound.A, side: 2, padding: 0);
                foreach (Guard guard in Enum.GetValues<Guard>())
                {
                    using var run = new KernelRun(Library.Value[set, title + "_outputs"], guard);
                    run.Input("dy", Packing.Spread(Packing.MapFloats(dy), rows * kernel.Width * Lanes, kernel.OutputPlane)).Number("rows", rows);
                    int ofPoint = kernel.Blocks * kernel.Columns * Lanes;
                    run.Output("tiles", (Points - 1) * kernel.PointFloats + ofPoint).Call();
                    string where = $"{set}, {data}, guard {guard}, {title}, {rows} rows";
                    Judge.Floats(Packing.Gather(run["tiles"], ofPoint, (int)kernel.PointFloats, where), values, errors, data, where);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(ProductCases))]
    public void Every_point_gets_the_sum_of_its_products_however_the_panels_are_shared(InstructionSet set, string title)
    {
        WinogradWeightGradientKernel kernel = Products[title];
        Shape source = kernel.Tiles.Source;
        foreach (Data data in Enum.GetValues<Data>())
        {
            Tensor x = Values.Activations($"{title} x", data, 1, source.Channels, source.Height, source.Width), dy = Values.Activations($"{title} dy", data, 1, kernel.Outputs, source.Height, source.Width);
            Tensor before = Values.Activations($"{title} dm", data, (int)kernel.GradientFloats);
            (double[] values, double[] errors) = Multiplied(kernel, x, dy, before.Data);
            float[] given = Packing.Floats(before.Data);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {data}, guard {guard}, {title}";
                using var run = new KernelRun(Library.Value[set, title], guard);
                run.Input("x", Packing.MapFloats(x)).Input("dy", Packing.MapFloats(dy)).InOut("dm", given).Output("scratch", kernel.ScratchFloats);
                Splits.ShouldNotMatter(kernel.Panels, where, ranges =>
                {
                    run.Set("dm", given);
                    foreach ((int first, int last) in ranges)
                    {
                        run.Forget("scratch");
                        run.Call(first, last);
                    }

                    return [run["dm"]];
                }, given);
                run.Set("dm", given).Call(0, kernel.Panels);
                Judge.Floats(run["dm"], values, errors, data, where);
            }
        }
    }

    [Theory]
    [MemberData(nameof(SumCases))]
    public void Taps_get_the_adjoint_of_the_images_sum_however_the_rows_are_shared(InstructionSet set, string title)
    {
        (int inputs, int outputs, int panel, int panelOfTiles, int images) = Sums[title];
        int rows = MapLayout.PaddedReduction(inputs), channels = MapLayout.Blocks(inputs) * Lanes, blocks = MapLayout.Blocks(outputs);
        var taps = new MatrixPanels(panel, (Taps * channels + 1) * panel * Lanes, channels * panel * Lanes);
        var tiles = new MatrixPanels(panelOfTiles, Points * (rows + 1) * panelOfTiles * Lanes, (rows + 1) * panelOfTiles * Lanes);
        int imageFloats = blocks / panelOfTiles * tiles.Panel, stride = imageFloats + 3 * Lanes;
        foreach (Data data in Enum.GetValues<Data>())
        {
            double[] dm = Values.Activations($"{title} dm", data, images * stride).Data, before = Values.Activations($"{title} dw", data, blocks / panel * taps.Panel).Data;
            if (data == Data.WholeNumbers) dm = Array.ConvertAll(dm, value => 4 * value);
            (double[] values, double[] errors) = ((double[])before.Clone(), new double[before.Length]);
            for (int at = 0; at < blocks * Lanes * (rows + 1); at++)
            {
                (int output, int row) = (at % (blocks * Lanes), at / (blocks * Lanes));
                int from = output / (panelOfTiles * Lanes) * tiles.Panel + row * panelOfTiles * Lanes + output % (panelOfTiles * Lanes);
                int to = output / (panel * Lanes) * taps.Panel + row * panel * Lanes + output % (panel * Lanes);
                double[] sum = new double[Points], magnitude = new double[Points];
                for (int i = 0; i < Points * images; i++)
                {
                    double value = dm[i / Points * stride + from + i % Points * tiles.Matrix];
                    sum[i % Points] += value;
                    magnitude[i % Points] += Math.Abs(value);
                }

                // Images are added, then two sums along either side, then what was there; the first row is the biases, and of them one point has the sum.
                double[,] left = WinogradBound.Transposed(WinogradBound.G);
                double[] made = row == 0 ? [sum[BiasPoint]] : WinogradBound.Transform(left, sum), off = row == 0 ? [magnitude[BiasPoint]] : WinogradBound.Transform(WinogradBound.Magnitudes(left), magnitude);
                for (int tap = 0; tap < made.Length; tap++)
                {
                    values[to + tap * taps.Matrix] += made[tap];
                    errors[to + tap * taps.Matrix] = Bounds.Epsilon * ((images + (row == 0 ? 1 : 5)) * off[tap] + 2 * Math.Abs(before[to + tap * taps.Matrix]));
                }
            }

            float[] given = Packing.Floats(before);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {data}, guard {guard}, {title}";
                using var run = new KernelRun(Library.Value[set, nameof(WinogradTapsGradientKernel)], guard);
                run.Input("dm", Packing.Floats(dm)[..((images - 1) * stride + imageFloats)]).InOut("dw", given).Number("images", images).Number("imageStride", stride);
                foreach ((string name, int value) in WinogradWeightsKernel.Geometry(rows, taps, tiles)) run.Number(name, value);
                Splits.ShouldNotMatter(blocks * rows, where, ranges =>
                {
                    run.Set("dw", given);
                    foreach ((int first, int last) in ranges) run.Call(first, last);
                    return [run["dw"]];
                }, given);
                run.Set("dw", given).Call(0, blocks * rows);
                Judge.Floats(run["dw"], values, errors, data, where);
            }
        }
    }

    /// <summary>What was in dm, and the sums over all tiles of what both transforms give.</summary>
    private static (double[] Values, double[] Errors) Multiplied(WinogradWeightGradientKernel kernel, Tensor x, Tensor dy, double[] before)
    {
        Shape source = kernel.Tiles.Source;
        (double[] inputs, double[] inputErrors) = OfTiles(x, WinogradBound.Transposed(WinogradBound.B), side: 4, padding: 1);
        (double[] outputs, double[] outputErrors) = OfTiles(dy, WinogradBound.A, side: 2, padding: 0);
        int tiles = (source.Height + 1) / 2 * ((source.Width + 1) / 2), width = kernel.PanelBlocks * Lanes;
        (double[] values, double[] errors) = ((double[])before.Clone(), new double[before.Length]);
        for (int point = 0; point < Points; point++)
        {
            for (int o = 0; o < MapLayout.Blocks(kernel.Outputs) * Lanes; o++)
            {
                int at = o / width * kernel.Gradient.Panel + point * kernel.Gradient.Matrix + o % width;
                for (int c = -1; c < source.Channels; c++)
                {
                    if (c < 0 && (point != BiasPoint || !kernel.HasBias)) continue;
                    double sum = 0, error = 0;
                    for (int tile = 0; tile < tiles; tile++)
                    {
                        (int i, int k) = (Of(outputs.Length, o, point, tile), c < 0 ? 0 : Of(inputs.Length, c, point, tile));
                        (double a, double off) = c < 0 ? (1, 0) : (inputs[k], inputErrors[k]);
                        double magnitude = (Math.Abs(a) + off) * (Math.Abs(outputs[i]) + outputErrors[i]);
                        sum += a * outputs[i];
                        // A product counts in no more roundings than there are tiles and bands; the transforms' errors come with it.
                        error += (tiles + kernel.Tiles.Bands + 3) * Bounds.Epsilon * magnitude + off * Math.Abs(outputs[i]) + (Math.Abs(a) + off) * outputErrors[i];
                    }

                    int place = at + (c + 1) * width;
                    values[place] += sum;
                    errors[place] = error + (kernel.Tiles.Bands + 1) * Bounds.Epsilon * Math.Abs(before[place]);
                }
            }
        }

        return (values, errors);

        int Of(int all, int channel, int point, int tile) => point * (all / Points) + (channel / Lanes * tiles + tile) * Lanes + channel % Lanes;
    }

    /// <summary>A transform of every tile of a map, [point][channel block][tile][16], with the error of two sums of two numbers, one after the other, and second order.</summary>
    private static (double[] Values, double[] Errors) OfTiles(Tensor map, double[,] left, int side, int padding)
    {
        int columns = (map.Width + 1) / 2, tiles = (map.Height + 1) / 2 * columns, ofPoint = MapLayout.Blocks(map.Channels) * tiles * Lanes;
        (double[] values, double[] errors) = (new double[Points * ofPoint], new double[Points * ofPoint]);
        for (int i = 0; i < map.Channels * tiles; i++)
        {
            (int channel, int tile) = (i / tiles, i % tiles);
            var d = new double[side * side];
            for (int k = 0; k < d.Length; k++)
            {
                (int row, int column) = (tile / columns * 2 + k / side - padding, tile % columns * 2 + k % side - padding);
                if (row >= 0 && row < map.Height && column >= 0 && column < map.Width) d[k] = map.Row(0, channel, row)[column];
            }

            double[] made = WinogradBound.Transform(left, d), magnitudes = WinogradBound.Transform(WinogradBound.Magnitudes(left), Array.ConvertAll(d, Math.Abs));
            for (int point = 0; point < Points; point++)
            {
                int at = point * ofPoint + (channel / Lanes * tiles + tile) * Lanes + channel % Lanes;
                (values[at], errors[at]) = (made[point], 3 * Bounds.Epsilon * magnitudes[point]);
            }
        }

        return (values, errors);
    }
}
