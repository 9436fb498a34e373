using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>One output row of a depthwise convolution, each of its input rows in a buffer of its own.</summary>
public class DepthwiseRowTests
{
    private static readonly Dictionary<string, DepthwiseRowKernel> Kernels = Sweep();

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("DepthwiseRow", Kernels.ToDictionary(one => one.Key, Kernel (one) => one.Value)));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Kernels.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_row_is_the_convolution(InstructionSet set, string title)
    {
        DepthwiseRowKernel kernel = Kernels[title];
        KernelFunction function = Library.Value[set, title];
        int size = kernel.KernelSize, blocks = Blocks(title), channels = blocks * MapLayout.Lanes;
        int read = (kernel.Columns - 1) * kernel.Stride + size, floats = kernel.Columns * MapLayout.Lanes;
        foreach (Data data in Enum.GetValues<Data>())
        {
            Tensor x = Values.Activations($"{title} x", data, 1, channels, size, read);
            Tensor weight = Values.Weights($"{title} w", data, channels, 1, size, size);
            Tensor bias = Values.Activations($"{title} b", data, channels);
            Bounded sum = Bounds.Convolve(Bounded.Exact(x), weight, bias, new ConvolutionGeometry(size, kernel.Stride, 0, 0), depthwise: true, 1, kernel.Columns);
            Bounded expected = Bounds.Activate(sum, kernel.Clamp, set);
            var w = new float[channels * (size * size + 1)];
            Packing.Depthwise(w, weight, bias, blocks, w.Length);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {data}, guard {guard}, {title}";
                using var run = new KernelRun(function, guard);
                for (int row = 0; row < size; row++)
                {
                    run.Input($"x{row}", Packing.Spread(Packing.MapFloats(RowOf(x, row)), read * MapLayout.Lanes, kernel.InputBlockStride));
                }

                run.Input("w", w).Output("y", (blocks - 1L) * kernel.OutputBlockStride + floats).Number("blocks", blocks);
                run.Call();
                Judge.Map(Packing.Gather(run["y"], floats, kernel.OutputBlockStride, where), expected, data, where);
            }
        }
    }

    private static Dictionary<string, DepthwiseRowKernel> Sweep()
    {
        var kernels = new Dictionary<string, DepthwiseRowKernel>();
        int[] columns = [1, 2, 3, 7, 13, 14, 15, 28, 57];
        foreach (int size in new[] { 3, 5, 7 })
        {
            foreach (int stride in new[] { 1, 2 })
            {
                foreach (int count in columns)
                {
                    int n = kernels.Count, gap = n % 2 * MapLayout.Lanes;
                    ActivationKind clamp = (n % 4) switch { 2 => ActivationKind.Relu6, 3 => ActivationKind.Relu, _ => ActivationKind.None };
                    int read = ((count - 1) * stride + size) * MapLayout.Lanes;
                    var kernel = new DepthwiseRowKernel(size, stride, count, read + gap, count * MapLayout.Lanes + 3 * gap, clamp);
                    kernels.Add($"{1 + n % 3}_{kernel.Name}", kernel);
                }
            }
        }

        return kernels;
    }

    /// <summary>How many blocks a case is called with: its name begins with them.</summary>
    private static int Blocks(string title) => title[0] - '0';

    private static Tensor RowOf(Tensor x, int row)
    {
        var one = new Tensor(1, x.Channels, 1, x.Width);
        for (int c = 0; c < x.Channels; c++) x.Row(0, c, row).CopyTo(one.Plane(0, c));
        return one;
    }
}
