using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>The transforms before and after the products of F(2×2, 3×3): sums of at most three numbers, twice.</summary>
public class WinogradTests
{
    private const int Lanes = MapLayout.Lanes, Points = 16;

    private static readonly Dictionary<string, WinogradInputKernel> Inputs = new (int Channels, int Height, int Width, int Rows)[]
    {
        (1, 1, 1, 2), (24, 6, 7, 2), (33, 7, 6, 4), (16, 2, 2, 2), (48, 9, 12, 10), (20, 5, 1, 2), (8, 1, 9, 2), (64, 8, 15, 8),
    }.Select(c => new WinogradInputKernel(new Shape(c.Channels, c.Height, c.Width), c.Rows)).ToDictionary(kernel => kernel.Name);

    private static readonly Dictionary<string, WinogradOutputKernel> Outputs = new (int Blocks, int Rows, int Width, int Gap, ActivationKind Clamp)[]
    {
        (1, 2, 1, 0, ActivationKind.None), (2, 4, 7, 3, ActivationKind.Relu6), (3, 2, 12, 0, ActivationKind.Relu), (1, 6, 2, 12, ActivationKind.None), (4, 4, 5, 0, ActivationKind.None),
    }.Select(c => new WinogradOutputKernel(c.Blocks, c.Rows, c.Width, (c.Rows * c.Width + c.Gap) * Lanes, c.Clamp)).ToDictionary(kernel => kernel.Name);

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("Winograd",
        Inputs.Select(one => (one.Key, (Kernel)one.Value)).Concat(Outputs.Select(one => (one.Key, (Kernel)one.Value))).ToDictionary(one => one.Key, one => one.Item2)));

    public static TheoryData<InstructionSet, string> InputCases => KernelIsas.Cross(Inputs.Keys);

    public static TheoryData<InstructionSet, string> OutputCases => KernelIsas.Cross(Outputs.Keys);

    [Theory]
    [MemberData(nameof(InputCases))]
    public void Inputs_of_every_tile_are_transformed_with_zeros_beyond_the_map(InstructionSet set, string title)
    {
        WinogradInputKernel kernel = Inputs[title];
        foreach (Data data in Enum.GetValues<Data>())
        {
            Tensor x = Values.Activations(title, data, 1, kernel.Source.Channels, kernel.Source.Height, kernel.Source.Width);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                using var run = new KernelRun(Library.Value[set, title], guard);
                run.Input("x", Packing.MapFloats(x)).Output("tiles", kernel.Floats);
                for (int band = 0; band < kernel.Bands; band++)
                {
                    run.Forget("tiles");
                    run.Number("band", band).Call();
                    Judge(run["tiles"], Transformed(kernel, x, band), data, $"{set}, {data}, guard {guard}, {title}, band {band}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(OutputCases))]
    public void Products_of_every_tile_become_outputs(InstructionSet set, string title)
    {
        WinogradOutputKernel kernel = Outputs[title];
        int tiles = kernel.Rows / 2 * kernel.TileColumns;
        foreach (Data data in Enum.GetValues<Data>())
        {
            float[] m = new float[Points * kernel.PointFloats];
            Tensor products = Values.Activations(title, data, Points, kernel.Blocks, tiles, Lanes);
            for (int i = 0; i < products.Data.Length; i++)
            {
                int ofPoint = kernel.Blocks * tiles * Lanes;
                m[i / ofPoint * kernel.PointFloats + i % ofPoint] = (float)products.Data[i];
            }

            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                foreach (int rows in new[] { kernel.Rows, kernel.Rows - 1 })
                {
                    using var run = new KernelRun(Library.Value[set, title], guard);
                    run.Input("m", m).Output("y", (long)(kernel.Blocks - 1) * kernel.OutputPlane + kernel.Rows * kernel.Width * Lanes).Number("rows", rows).Call();
                    Judge(run["y"], Made(kernel, m, rows), data, $"{set}, {data}, guard {guard}, {title}, {rows} rows");
                }
            }
        }
    }

    /// <summary>Bᵀ d B of every tile, place by place, with the error of three roundings: two sums of two numbers, one after the other, and second order.</summary>
    private static Dictionary<long, (double Value, double Error)> Transformed(WinogradInputKernel kernel, Tensor x, int band)
    {
        double[,] left = WinogradBound.Transposed(WinogradBound.B);
        var expected = new Dictionary<long, (double, double)>();
        for (int lane = 0; lane < Lanes; lane++) expected.Add(Points * kernel.MatrixFloats + lane, (0, 0));
        for (int channel = 0; channel < MapLayout.Blocks(kernel.Source.Channels) * Lanes; channel++)
        {
            for (int tile = 0; tile < kernel.Columns; tile++)
            {
                (int row, int column) = Math.DivRem(tile, kernel.TileColumns);
                var d = new double[Points];
                for (int i = 0; i < d.Length; i++)
                {
                    (int down, int right) = (band * kernel.Rows + 2 * row + i / 4 - 1, 2 * column + i % 4 - 1);
                    bool inside = channel < kernel.Source.Channels && down >= 0 && down < kernel.Source.Height && right >= 0 && right < kernel.Source.Width;
                    d[i] = inside ? x.Row(0, channel, down)[right] : 0;
                }

                double[] values = WinogradBound.Transform(left, d), magnitudes = WinogradBound.Transform(WinogradBound.Magnitudes(left), Array.ConvertAll(d, Math.Abs));
                for (int point = 0; point < Points; point++)
                {
                    long at = point * kernel.MatrixFloats + ((long)channel / Lanes * kernel.Columns + tile) * Lanes + channel % Lanes;
                    expected.Add(at, (values[point], 3 * Bounds.Epsilon * magnitudes[point]));
                }
            }
        }

        return expected;
    }

    /// <summary>Aᵀ m A of every tile, place by place, with the error of five roundings: two sums of three numbers, one after the other, and second order.</summary>
    private static Dictionary<long, (double Value, double Error)> Made(WinogradOutputKernel kernel, float[] m, int rows)
    {
        double[,] left = WinogradBound.Transposed(WinogradBound.A);
        int tiles = kernel.Rows / 2 * kernel.TileColumns;
        var expected = new Dictionary<long, (double, double)>();
        for (int of = 0; of < kernel.Blocks * tiles * Lanes; of++)
        {
            (int block, int tile, int lane) = (of / (tiles * Lanes), of / Lanes % tiles, of % Lanes);
            double[] products = [.. Enumerable.Range(0, Points).Select(point => (double)m[point * kernel.PointFloats + of])];
            double[] values = WinogradBound.Transform(left, products), magnitudes = WinogradBound.Transform(WinogradBound.Magnitudes(left), Array.ConvertAll(products, Math.Abs));
            for (int i = 0; i < values.Length; i++)
            {
                (int row, int column) = (tile / kernel.TileColumns * 2 + i / 2, tile % kernel.TileColumns * 2 + i % 2);
                if (row >= rows || column >= kernel.Width) continue;
                double value = kernel.Clamp switch { ActivationKind.Relu => Math.Max(0, values[i]), ActivationKind.Relu6 => Math.Clamp(values[i], 0, 6), _ => values[i] };
                expected.Add((long)block * kernel.OutputPlane + (row * kernel.Width + column) * Lanes + lane, (value, 5 * Bounds.Epsilon * magnitudes[i]));
            }
        }

        return expected;
    }

    /// <summary>What is expected lies where it is expected, to the bit or within its error; everywhere else nothing was written.</summary>
    private static void Judge(float[] actual, Dictionary<long, (double Value, double Error)> expected, Data data, string where)
    {
        int found = 0;
        for (int i = 0; i < actual.Length; i++)
        {
            bool known = expected.TryGetValue(i, out (double Value, double Error) of);
            if (known) found++;
            bool right = !known ? BitConverter.SingleToInt32Bits(actual[i]) == BitConverter.SingleToInt32Bits(KernelRun.Sentinel)
                : data == Data.WholeNumbers ? actual[i] == of.Value
                : Math.Abs(actual[i] - of.Value) <= of.Error;
            if (!right) Assert.Fail($"{where}: float {i} is {actual[i]:R}, expected {(known ? $"{of.Value:R}, {of.Error:E2} off at most" : "to be left")}");
        }

        found.ShouldBe(expected.Count, where);
    }
}
