using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>What lies under each tap of a dense kernel: copies, so that every bit is known.</summary>
public class TapsTests
{
    private static readonly Dictionary<string, TapsKernel> Kernels = Sweep();

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("Taps", Kernels.ToDictionary(one => one.Key, Kernel (one) => one.Value)));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Kernels.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_tap_has_its_inputs_and_zeros_beyond_the_map(InstructionSet set, string title)
    {
        TapsKernel kernel = Kernels[title];
        Tensor x = Values.Activations(title, Data.Reals, 1, kernel.Source.Channels, kernel.Source.Height, kernel.Source.Width);
        foreach (Guard guard in Enum.GetValues<Guard>())
        {
            using var run = new KernelRun(Library.Value[set, title], guard);
            run.Input("x", Packing.MapFloats(x)).Output("taps", kernel.Floats);
            for (int band = 0; band < kernel.Bands; band++)
            {
                run.Forget("taps");
                run.Number("band", band).Call();
                run["taps"].ShouldBeBitwise(Expected(kernel, x, band), $"{set}, guard {guard}, {title}, band {band}");
            }
        }
    }

    private static float[] Expected(TapsKernel kernel, Tensor x, int band)
    {
        ConvolutionGeometry g = kernel.Geometry;
        var taps = new float[kernel.Floats];
        Array.Fill(taps, KernelRun.Sentinel);
        for (int k = 0; k < kernel.Reduction; k++)
        {
            (int tap, int channel) = Math.DivRem(k, kernel.Channels);
            for (int position = 0; position < kernel.Positions; position++)
            {
                int row = (band * kernel.Rows + position / kernel.Width) * g.Stride + tap / g.Kernel - g.PadTop;
                int column = position % kernel.Width * g.Stride + tap % g.Kernel - g.PadLeft;
                bool inside = row >= 0 && row < kernel.Source.Height && column >= 0 && column < kernel.Source.Width && channel < kernel.Source.Channels;
                taps[k / MapLayout.Lanes * kernel.Plane + position * MapLayout.Lanes + k % MapLayout.Lanes] = inside ? (float)x.Row(0, channel, row)[column] : 0;
            }
        }

        return taps;
    }

    private static Dictionary<string, TapsKernel> Sweep()
    {
        const PaddingMode same = PaddingMode.Same, symmetric = PaddingMode.Symmetric;
        var kernels = new Dictionary<string, TapsKernel>();
        (int Channels, int Height, int Width, int Kernel, int Stride, PaddingMode Padding, int Rows, bool InBlocks)[] shapes =
        [
            (1, 1, 1, 3, 1, symmetric, 1, false), (3, 2, 1, 5, 2, same, 1, false), (16, 7, 7, 3, 1, symmetric, 7, false), (24, 12, 9, 3, 2, symmetric, 2, false),
            (24, 12, 9, 3, 2, same, 3, true), (8, 5, 13, 5, 1, same, 1, false), (20, 4, 6, 7, 2, symmetric, 2, true), (33, 6, 2, 9, 1, symmetric, 3, false),
            (48, 10, 31, 3, 2, same, 5, false), (12, 3, 4, 9, 2, same, 1, true), (40, 8, 8, 3, 1, symmetric, 4, true),
        ];
        foreach ((int channels, int height, int width, int size, int stride, PaddingMode padding, int rows, bool inBlocks) in shapes)
        {
            var source = new Shape(channels, height, width);
            (ConvolutionGeometry geometry, int outputRows, int columns) = ConvolutionGeometry.On(source, size, stride, padding);
            int padded = inBlocks ? MapLayout.Blocks(channels) * MapLayout.Lanes : MapLayout.PaddedReduction(channels);
            var kernel = new TapsKernel(source, outputRows, columns, geometry, rows, padded);
            kernels.Add($"{kernel.Name}_{padding}", kernel);
        }

        return kernels;
    }
}
