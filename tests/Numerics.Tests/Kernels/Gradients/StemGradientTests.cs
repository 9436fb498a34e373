using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Reference.Gradients;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Gradients;

/// <summary>Gradients of the stem: of its weights, and of the image.</summary>
public class StemGradientTests
{
    private static readonly Dictionary<string, StemGradientKernel> Kernels = Sweep();

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("StemGradient",
        Kernels.Select(one => KeyValuePair.Create(one.Key, (Kernel)one.Value)).Concat(Kernels.Select(one => KeyValuePair.Create(ImageTitle(one.Key), (Kernel)OfImage(one.Value))))));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Kernels.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Weights_get_the_sum_of_all_products_with_the_outputs_gradient(InstructionSet set, string title)
    {
        StemGradientKernel kernel = Kernels[title];
        foreach (Data data in Enum.GetValues<Data>())
        {
            (Tensor x, Tensor dy, float[] before, double[] expected, double[] errors) = WeightProblem(title, kernel, data);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                using KernelRun run = Prepare(set, title, kernel, x, dy, before, guard);
                run.Call(0, kernel.Blocks);
                Judge.Floats(run["dw"], expected, errors, data, $"{set}, {data}, guard {guard}, {title}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Blocks_give_the_same_bits_one_by_one(InstructionSet set, string title)
    {
        StemGradientKernel kernel = Kernels[title];
        (Tensor x, Tensor dy, float[] before, _, _) = WeightProblem(title, kernel, Data.Reals);
        using KernelRun whole = Prepare(set, title, kernel, x, dy, before, Guard.After), nothing = Prepare(set, title, kernel, x, dy, before, Guard.After);
        whole.Call(0, kernel.Blocks);
        foreach ((string name, (int, int)[] ranges) in Splits.Of(kernel.Blocks))
        {
            using KernelRun run = Prepare(set, title, kernel, x, dy, before, Guard.After);
            foreach ((int first, int last) in ranges)
            {
                run.Forget("scratch");
                run.Call(first, last);
            }

            run["dw"].ShouldBeBitwise(whole["dw"], $"{set}, {title}: {name}");
        }

        nothing.Call(0, 0);
        nothing["dw"].ShouldBeBitwise(before, $"{set}, {title}: an empty share");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_image_gets_the_sum_over_the_outputs_that_read_it(InstructionSet set, string title)
    {
        StemInputGradientKernel kernel = OfImage(Kernels[title]);
        foreach (Data data in Enum.GetValues<Data>())
        {
            (Tensor dy, Tensor weight, float[] packed) = ImageProblem(title, kernel, data);
            // Products that are summed, zeros beside them, and the sum over lanes.
            double roundings = (kernel.Blocks * kernel.Geometry.Kernel * kernel.Geometry.Kernel + 18) * Bounds.Epsilon;
            Tensor expected = ConvolutionGradient.OfInput(dy, weight, kernel.Image, kernel.Geometry, depthwise: false);
            Tensor errors = ConvolutionGradient.OfInput(dy.Map(value => roundings * Math.Abs(value)), weight.Map(Math.Abs), kernel.Image, kernel.Geometry, depthwise: false);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                using KernelRun run = PrepareImage(set, title, kernel, dy, packed, guard);
                run.Call(0, kernel.Image.Height);
                Judge.Floats(run["dx"], expected.Data, errors.Data, data, $"{set}, {data}, guard {guard}, {title}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_split_of_the_images_rows_gives_the_same_bits(InstructionSet set, string title)
    {
        StemInputGradientKernel kernel = OfImage(Kernels[title]);
        (Tensor dy, _, float[] packed) = ImageProblem(title, kernel, Data.Reals);
        using KernelRun run = PrepareImage(set, title, kernel, dy, packed, Guard.After);
        Splits.ShouldNotMatter(kernel.Image.Height, $"{set}, {title}", ranges =>
        {
            run.Forget("dx");
            foreach ((int first, int last) in ranges)
            {
                run.Forget("scratch");
                run.Call(first, last);
            }

            return [run["dx"]];
        });
    }

    private static string ImageTitle(string title) => $"{title}_image";

    private static StemInputGradientKernel OfImage(StemGradientKernel k) => new(k.Image, k.Output, k.Geometry, k.PanelBlocks);

    private static KernelRun Prepare(InstructionSet set, string title, StemGradientKernel kernel, Tensor x, Tensor dy, float[] before, Guard guard) =>
        new KernelRun(Library.Value[set, title], guard).Input("x", x.ToFloats()).Input("dy", Packing.MapFloats(dy)).InOut("dw", before).Output("scratch", kernel.ScratchFloats);

    private static KernelRun PrepareImage(InstructionSet set, string title, StemInputGradientKernel kernel, Tensor dy, float[] packed, Guard guard) =>
        new KernelRun(Library.Value[set, ImageTitle(title)], guard).Input("dy", Packing.MapFloats(dy)).Input("weights", packed)
            .Output("dx", kernel.Image.Elements).Output("scratch", kernel.ScratchFloats);

    private static (Tensor X, Tensor Dy, float[] Before, double[] Expected, double[] Errors) WeightProblem(string title, StemGradientKernel kernel, Data data)
    {
        (Shape image, Shape output, int size) = (kernel.Image, kernel.Output, kernel.Geometry.Kernel);
        Tensor x = Values.Activations($"{title} x", data, 1, image.Channels, image.Height, image.Width);
        Tensor dy = Values.Activations($"{title} dy", data, 1, output.Channels, output.Height, output.Width);
        Tensor before = Values.Activations($"{title} dw", data, output.Channels, image.Channels, size, size), beforeBias = Values.Activations($"{title} db", data, output.Channels);
        // An output counts in no more roundings than there are outputs, and those of the sums of rows and images.
        double roundings = (output.Positions + 5) * Bounds.Epsilon;
        Tensor magnitude = dy.Map(value => roundings * Math.Abs(value));
        Tensor dw = Sum(before, ConvolutionGradient.OfWeight(x, dy, kernel.Geometry, depthwise: false), 1);
        Tensor error = Sum(ConvolutionGradient.OfWeight(x.Map(Math.Abs), magnitude, kernel.Geometry, depthwise: false), before.Map(Math.Abs), 3 * Bounds.Epsilon);
        Tensor db = Sum(beforeBias, ConvolutionGradient.OfBias(dy), kernel.Bias ? 1 : 0);
        Tensor biasError = Sum(ConvolutionGradient.OfBias(magnitude), beforeBias.Map(Math.Abs), 3 * Bounds.Epsilon).Map(value => kernel.Bias ? value : 0);
        return (x, dy, Packing.Floats(Pack(kernel, before, beforeBias)), Pack(kernel, dw, db), Pack(kernel, error, biasError));

        static Tensor Sum(Tensor a, Tensor b, double factor) => new(a.Shape, a.Data.Zip(b.Data, (x, y) => x + factor * y).ToArray());
    }

    private static (Tensor Dy, Tensor Weight, float[] Packed) ImageProblem(string title, StemInputGradientKernel kernel, Data data)
    {
        (Shape output, int size) = (kernel.Output, kernel.Geometry.Kernel);
        Tensor dy = Values.Activations($"{title} image dy", data, 1, output.Channels, output.Height, output.Width);
        Tensor weight = Values.Weights($"{title} image w", data, output.Channels, kernel.Image.Channels, size, size);
        var packed = new float[kernel.Blocks / kernel.PanelBlocks * kernel.PanelStride];
        // The gradient does not depend on the bias.
        Packing.Panels(packed, weight, new Tensor(output.Channels).Map(_ => double.NaN), kernel.PanelBlocks, kernel.PanelStride);
        return (dy, weight, packed);
    }

    /// <summary>Panels of doubles: [panel][bias, reduction][outputs of the panel].</summary>
    private static double[] Pack(StemGradientKernel kernel, Tensor weight, Tensor bias)
    {
        int panel = kernel.PanelBlocks * MapLayout.Lanes;
        var packed = new double[kernel.Blocks / kernel.PanelBlocks * kernel.PanelStride];
        for (int o = 0; o < kernel.Output.Channels; o++)
        {
            int at = o / panel * kernel.PanelStride + o % panel;
            packed[at] = bias.Data[o];
            for (int k = 0; k < kernel.Reduction; k++) packed[at + (k + 1) * panel] = weight.Data[o * kernel.Reduction + k];
        }

        return packed;
    }

    private static Dictionary<string, StemGradientKernel> Sweep()
    {
        const PaddingMode same = PaddingMode.Same, symmetric = PaddingMode.Symmetric;
        var kernels = new Dictionary<string, StemGradientKernel>();
        (int Colours, int Height, int Width, int Channels, int Panel, int Size, int Stride, PaddingMode Padding, bool Bias)[] shapes =
        [
            (3, 1, 1, 8, 1, 3, 2, symmetric, false), (3, 2, 2, 16, 1, 3, 2, same, true), (3, 5, 7, 20, 2, 3, 2, symmetric, false),
            (3, 32, 30, 32, 2, 3, 2, same, false), (3, 31, 33, 48, 3, 3, 2, symmetric, true), (3, 9, 6, 40, 1, 3, 2, same, false),
            (3, 12, 17, 24, 2, 3, 1, same, true), (1, 13, 12, 16, 1, 5, 2, symmetric, false), (3, 11, 23, 33, 3, 5, 3, same, false),
            (4, 10, 9, 16, 1, 7, 2, same, true), (3, 8, 19, 16, 1, 9, 1, symmetric, false), (3, 7, 8, 16, 1, 1, 3, symmetric, false),
            (2, 6, 7, 64, 2, 2, 3, same, true),
        ];
        foreach ((int colours, int height, int width, int channels, int panel, int size, int stride, PaddingMode padding, bool bias) in shapes)
        {
            var image = new Shape(colours, height, width);
            (ConvolutionGeometry geometry, int rows, int columns) = ConvolutionGeometry.On(image, size, stride, padding);
            var kernel = new StemGradientKernel(image, new Shape(channels, rows, columns), geometry, panel, bias);
            kernels.Add($"{kernel.Name}_{size}x{size}s{stride}_{padding}_from{height}x{width}_Panels{panel}", kernel);
        }

        return kernels;
    }
}
