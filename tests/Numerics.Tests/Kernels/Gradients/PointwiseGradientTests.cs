using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Gradients;

/// <summary>The gradient of one block of a pointwise convolution's weights: every height of tile, every width of panel.</summary>
public class PointwiseGradientTests
{
    private static readonly Dictionary<string, PointwiseGradientKernel> Kernels = Sweep();

    private static readonly Lazy<KernelLibrary> Library =
        new(() => KernelLibrary.Of("PointwiseGradient", Kernels.ToDictionary(one => one.Key, Kernel (one) => one.Value)));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Kernels.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Products_over_a_run_of_positions_are_added_to_the_gradient(InstructionSet set, string title)
    {
        PointwiseGradientKernel kernel = Kernels[title];
        int outputs = kernel.PanelBlocks * MapLayout.Lanes, floats = kernel.Positions * MapLayout.Lanes;
        foreach (Data data in Enum.GetValues<Data>())
        {
            Tensor x = Values.Activations($"{title} x", data, 1, kernel.Inputs, 1, kernel.Positions);
            Tensor dy = Values.Activations($"{title} dy", data, 1, outputs, 1, kernel.Positions);
            Tensor before = Values.Activations($"{title} dw", data, outputs, kernel.Inputs);
            Bounded expected = OuterProducts.Weights(before, Bounded.Exact(x), dy, sums: 1);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {data}, guard {guard}, {title}";
                using var run = new KernelRun(Library.Value[set, title], guard);
                run.Input("x", OnlyChannels(x)).Input("dy", Packing.Spread(Packing.MapFloats(dy), floats, kernel.OutputPlane));
                run.InOut("dw", Packing.Floats(OuterProducts.Rows(before))).Call();
                Judge.Floats(run["dw"], OuterProducts.Rows(expected.Value), OuterProducts.Rows(expected.Error), data, where);
            }
        }
    }

    private static Dictionary<string, PointwiseGradientKernel> Sweep()
    {
        var kernels = new Dictionary<string, PointwiseGradientKernel>();
        int[] inputs = [16, 8, 4, 12, 1, 3, 5, 15], positions = [1, 2, 7, 49, 112];
        for (int blocks = 1; blocks <= 8; blocks++)
        {
            foreach (int count in inputs)
            {
                int run = positions[kernels.Count % positions.Length], gap = kernels.Count % 3;
                var kernel = new PointwiseGradientKernel(count, run, blocks, (run + gap) * MapLayout.Lanes);
                kernels.Add(kernel.Name, kernel);
            }
        }

        return kernels;
    }

    /// <summary>One block, in which lanes past the channels are NaN: no gradient asks for them.</summary>
    private static float[] OnlyChannels(Tensor x)
    {
        float[] block = Packing.MapFloats(x);
        for (int i = 0; i < block.Length; i++)
        {
            if (i % MapLayout.Lanes >= x.Channels) block[i] = KernelRun.Sentinel;
        }

        return block;
    }
}
