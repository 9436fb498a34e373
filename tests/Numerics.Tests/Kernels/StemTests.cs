using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>The stem: one row from image rows with their borders, and the whole map from the image.</summary>
public class StemTests
{
    private static readonly Dictionary<string, StemRowKernel> Rows = SweepRows();

    private static readonly Dictionary<string, StemMapKernel> Maps = SweepMaps();

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("Stem",
        Rows.Select(one => KeyValuePair.Create(one.Key, (Kernel)one.Value)).Concat(Maps.Select(one => KeyValuePair.Create(one.Key, (Kernel)one.Value)))));

    public static TheoryData<InstructionSet, string> RowCases => KernelIsas.Cross(Rows.Keys);

    public static TheoryData<InstructionSet, string> MapCases => KernelIsas.Cross(Maps.Keys);

    [Theory]
    [MemberData(nameof(RowCases))]
    public void A_row_is_the_convolution(InstructionSet set, string title)
    {
        StemRowKernel kernel = Rows[title];
        int size = kernel.KernelSize, outputs = kernel.Blocks * MapLayout.Lanes, floats = kernel.Columns * MapLayout.Lanes;
        int read = (kernel.Columns - 1) * kernel.Stride + size;
        foreach (Data data in Enum.GetValues<Data>())
        {
            Tensor x = Values.Activations($"{title} x", data, 1, kernel.Channels, size, read);
            Tensor weight = Values.Weights($"{title} w", data, outputs, kernel.Channels, size, size);
            Tensor bias = Values.Activations($"{title} b", data, outputs);
            Bounded sum = Bounds.Convolve(Bounded.Exact(x), weight, bias, new ConvolutionGeometry(size, kernel.Stride, 0, 0), depthwise: false, 1, kernel.Columns);
            var panel = new float[outputs + outputs * kernel.Channels * size * size];
            Packing.Panels(panel, weight, bias, kernel.Blocks, panel.Length);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {data}, guard {guard}, {title}";
                using var run = new KernelRun(Library.Value[set, title], guard);
                run.Input("x", Packing.Spread(x.ToFloats(), read, kernel.InputPitch)).Input("bias", panel[..outputs]).Input("w", panel[outputs..]);
                run.Output("y", (kernel.Blocks - 1L) * kernel.OutputBlockStride + floats);
                run.Call();
                Judge.Map(Packing.Gather(run["y"], floats, kernel.OutputBlockStride, where), Bounds.Activate(sum, kernel.Clamp, set), data, where);
            }
        }
    }

    [Theory]
    [MemberData(nameof(MapCases))]
    public void A_map_is_the_convolution_and_its_activation(InstructionSet set, string title)
    {
        StemMapKernel kernel = Maps[title];
        foreach (Data data in Enum.GetValues<Data>())
        {
            if (data == Data.WholeNumbers && kernel.Activation is ActivationKind.Silu or ActivationKind.HardSwish) continue;
            (float[] image, float[] packed, Bounded sum) = Problem(title, kernel, data);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                using KernelRun run = Prepare(set, title, kernel, image, packed, guard);
                run.Call(0, kernel.Output.Height);
                Judge.Map(run["y"], Bounds.Activate(sum, kernel.Activation, set), data, $"{set}, {data}, guard {guard}, {title}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(MapCases))]
    public void Every_split_of_the_rows_gives_the_same_bits(InstructionSet set, string title)
    {
        StemMapKernel kernel = Maps[title];
        (float[] image, float[] packed, _) = Problem(title, kernel, Data.Reals);
        using KernelRun run = Prepare(set, title, kernel, image, packed, Guard.After);
        Splits.ShouldNotMatter(kernel.Output.Height, $"{set}, {title}", ranges =>
        {
            run.Forget("y");
            foreach ((int first, int last) in ranges)
            {
                run.Forget("scratch");
                run.Call(first, last);
            }

            return [run["y"]];
        });
    }

    private static KernelRun Prepare(InstructionSet set, string title, StemMapKernel kernel, float[] image, float[] packed, Guard guard) =>
        new KernelRun(Library.Value[set, title], guard).Input("x", image).Input("weights", packed)
            .Output("y", MapLayout.Floats(kernel.Output)).Output("scratch", kernel.ScratchFloats);

    private static (float[] Image, float[] Packed, Bounded Sum) Problem(string title, StemMapKernel kernel, Data data)
    {
        (int size, Shape output) = (kernel.Geometry.Kernel, kernel.Output);
        Tensor x = Values.Activations($"{title} x", data, 1, kernel.Image.Channels, kernel.Image.Height, kernel.Image.Width);
        Tensor weight = Values.Weights($"{title} w", data, output.Channels, kernel.Image.Channels, size, size);
        Tensor bias = Values.Activations($"{title} b", data, output.Channels);
        var packed = new float[MapLayout.Blocks(output.Channels) / kernel.PanelBlocks * kernel.PanelStride];
        Packing.Panels(packed, weight, bias, kernel.PanelBlocks, kernel.PanelStride);
        return (x.ToFloats(), packed, Bounds.Convolve(Bounded.Exact(x), weight, bias, kernel.Geometry, depthwise: false, output.Height, output.Width));
    }

    private static Dictionary<string, StemRowKernel> SweepRows()
    {
        var kernels = new Dictionary<string, StemRowKernel>();
        foreach (int columns in new[] { 1, 2, 7, 13, 16, 29, 57, 112 })
        {
            foreach (int blocks in new[] { 1, 2, 3 })
            {
                int n = kernels.Count, size = n % 7 == 6 ? 5 : 3, stride = n % 4 == 1 ? 1 : 2, gap = n % 2 * MapLayout.Lanes;
                int read = (columns - 1) * stride + size;
                int pitch = (read + MapLayout.Lanes - 1) / MapLayout.Lanes * MapLayout.Lanes;
                ActivationKind clamp = (n % 5) switch { 2 => ActivationKind.Relu6, 4 => ActivationKind.Relu, _ => ActivationKind.None };
                var kernel = new StemRowKernel(size, stride, n % 5 == 3 ? 1 : 3, columns, blocks, pitch, columns * MapLayout.Lanes + gap, clamp);
                kernels.Add(kernel.Name, kernel);
            }
        }

        return kernels;
    }

    private static Dictionary<string, StemMapKernel> SweepMaps()
    {
        var kernels = new Dictionary<string, StemMapKernel>();
        (int Height, int Width, int Channels, int Panel, PaddingMode Padding, int Stride, ActivationKind Activation)[] shapes =
        [
            (1, 1, 8, 1, PaddingMode.Symmetric, 2, ActivationKind.None), (2, 2, 16, 1, PaddingMode.Same, 2, ActivationKind.Relu6),
            (5, 7, 20, 2, PaddingMode.Symmetric, 2, ActivationKind.Relu6), (8, 8, 32, 2, PaddingMode.Same, 2, ActivationKind.Silu),
            (9, 6, 40, 1, PaddingMode.Same, 2, ActivationKind.None), (15, 33, 48, 3, PaddingMode.Symmetric, 2, ActivationKind.Silu),
            (12, 17, 24, 2, PaddingMode.Same, 1, ActivationKind.HardSwish), (6, 5, 33, 3, PaddingMode.Symmetric, 1, ActivationKind.Relu),
        ];
        foreach ((int height, int width, int channels, int panel, PaddingMode padding, int stride, ActivationKind activation) in shapes)
        {
            var image = new Shape(3, height, width);
            (ConvolutionGeometry geometry, int rows, int columns) = ConvolutionGeometry.On(image, 3, stride, padding);
            var kernel = new StemMapKernel(image, new Shape(channels, rows, columns), geometry, panel, activation);
            kernels.Add($"{kernel.Name}_from{height}x{width}_{padding}_s{stride}_{activation}", kernel);
        }

        return kernels;
    }
}
