using EfficientNet.Compiler.Emission.Kernels;
using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>Pointwise convolution of one panel over a run of positions, or over several rows of them.</summary>
public class PointwiseRowTests
{
    private static readonly ActivationKind[] Clamps = [ActivationKind.None, ActivationKind.Relu6, ActivationKind.Relu];

    private static readonly Dictionary<string, PointwiseRowKernel> Kernels = Sweep();

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("PointwiseRow", Kernels.ToDictionary(one => one.Key, Kernel (one) => one.Value)));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Kernels.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_run_is_the_convolution(InstructionSet set, string title)
    {
        PointwiseRowKernel kernel = Kernels[title];
        KernelFunction function = Library.Value[set, title];
        int outputs = kernel.Blocks * MapLayout.Lanes, floats = kernel.Rows * kernel.Positions * MapLayout.Lanes;
        foreach (Data data in Enum.GetValues<Data>())
        {
            Tensor x = Values.Activations($"{title} x", data, 1, kernel.Reduction, kernel.Rows, kernel.Positions);
            Tensor weight = Values.Weights($"{title} w", data, kernel.Channels, kernel.Reduction, 1, 1);
            Tensor bias = Values.Activations($"{title} b", data, kernel.Channels);
            Bounded sum = Bounds.Convolve(Bounded.Exact(x), weight, bias, ConvolutionGeometry.Pointwise, depthwise: false, kernel.Rows, kernel.Positions);
            Tensor residual = Values.Activations($"{title} residual", data, 1, kernel.Channels, kernel.Rows, kernel.Positions);
            Bounded expected = Bounds.Activate(kernel.Residual ? Bounds.Add(sum, Bounded.Exact(residual)) : sum, kernel.Clamp, set);
            var panel = new float[Packing.PanelFloats(kernel.Blocks, kernel.Reduction, kernel.Blocks, (kernel.Reduction + 1) * outputs)];
            Packing.Panels(panel, weight, bias, kernel.Blocks, panel.Length);
            float[] input = Packing.Spread(WithoutUnreadLanes(Packing.MapFloats(x), kernel), floats, kernel.InputPlane);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {data}, guard {guard}, {title}";
                using var run = new KernelRun(function, guard);
                run.Input("x", input).Input("bias", panel[..outputs]).Input("w", panel[outputs..]).Output("y", OutputFloats(kernel));
                if (kernel.Residual) run.Input("rp", Packing.Spread(Packing.MapFloats(residual), floats, kernel.OutputPlane));
                run.Behind("fetch", "w");
                run.Behind("next", "w").Geometry("wanted", guard == Guard.After ? 1 : 0);
                run.Call();
                float[] made = Packing.Gather(run["y"], kernel.Blocks, kernel.Rows, kernel.Positions * MapLayout.Lanes, kernel.OutputPlane, kernel.OutputRow, where);
                Judge.Map(made, expected, data, where);
            }
        }
    }

    [Theory]
    [InlineData("fetch")]
    [InlineData("next")]
    public void Some_cases_fetch_weights_and_some_do_not(string which)
    {
        InstructionSet set = InstructionSets.Available[^1];
        if (!KernelIsas.Of(set).IsX86) return; // this machine runs the portable path only, which has no such instruction
        Kernels.Keys.Select(title => Library.Value[set, title].Parameters.Contains(which)).Distinct().Count().ShouldBe(2);
    }

    private static Dictionary<string, PointwiseRowKernel> Sweep()
    {
        var kernels = new Dictionary<string, PointwiseRowKernel>();
        int[] reductions = [4, 20, 144, 12, 40, 36, 96, 16, 68];
        int n = 0;
        foreach (int positions in new[] { 1, 7, 13, 49, 112 })
        {
            for (int blocks = 1; blocks <= 7; blocks++, n++) Add(reductions[n % reductions.Length], positions, blocks);
        }

        foreach (int reduction in new[] { 8, 24, 28, 32, 48, 80, 112, 192, 240, 480, 672, 1152 }) Add(reduction, 13, 1 + n++ % 4);
        Add(1152, 49, 7);
        Add(1152, 1, 6);
        Add(1152, 25, 5);
        foreach (int blocks in new[] { 1, 2, 3, 4, 5 }) AddRows(192, 7, 7, blocks);
        AddRows(24, 2, 5, 3);
        AddRows(340, 8, 8, 3);
        AddRows(272, 5, 6, 4);
        // What pads the last block is not made, and a residual is added.
        foreach ((int channels, int positions, int reduction) in new[] { (24, 13, 36), (8, 7, 20), (40, 30, 400), (50, 25, 12), (100, 49, 300) })
        {
            int blocks = MapLayout.Blocks(channels), plane = positions * MapLayout.Lanes;
            AddKernel(new PointwiseRowKernel(reduction, plane, positions, blocks, plane, ActivationKind.None) { Channels = channels, Residual = true });
            AddKernel(new PointwiseRowKernel(reduction, plane, positions, blocks, plane, ActivationKind.Relu6) { Channels = channels });
        }

        return kernels;

        void Add(int reduction, int positions, int blocks)
        {
            // Blocks lie side by side in one case and apart in the next.
            int gap = kernels.Count % 2 * 2 * MapLayout.Lanes;
            int plane = positions * MapLayout.Lanes + gap;
            long weights = kernels.Count % 3 == 0 ? (reduction + 1L) * blocks * MapLayout.Lanes : 0;
            var kernel = new PointwiseRowKernel(reduction, plane, positions, blocks, plane + gap, Clamps[kernels.Count % Clamps.Length]);
            AddKernel(kernel.FetchingAhead(weights, runs: 3).FetchingNext(kernels.Count % 4 * 5000));
        }

        // As a ring holds them: rows of all blocks, each with a border.
        void AddRows(int reduction, int rows, int columns, int blocks)
        {
            int outputPlane = (columns + 2) * MapLayout.Lanes;
            var kernel = new PointwiseRowKernel(reduction, rows * columns * MapLayout.Lanes, columns, blocks, outputPlane, Clamps[kernels.Count % Clamps.Length])
            {
                Rows = rows,
                OutputRow = blocks * outputPlane,
            };
            AddKernel(kernel.FetchingAhead(kernels.Count % 2 * (reduction + 1L) * blocks * MapLayout.Lanes, runs: 1));
        }

        void AddKernel(PointwiseRowKernel kernel) => kernels.Add(kernel.Name, kernel);
    }

    private static long OutputFloats(PointwiseRowKernel kernel) =>
        (kernel.Rows - 1L) * kernel.OutputRow + (kernel.Blocks - 1L) * kernel.OutputPlane + kernel.Positions * MapLayout.Lanes;

    /// <summary>Lanes past the reduction are not the kernel's: one that reads them reads NaN.</summary>
    private static float[] WithoutUnreadLanes(float[] packed, PointwiseRowKernel kernel)
    {
        for (int i = 0; i < packed.Length; i++)
        {
            int channel = i / (kernel.Rows * kernel.Positions * MapLayout.Lanes) * MapLayout.Lanes + i % MapLayout.Lanes;
            if (channel >= kernel.Reduction) packed[i] = KernelRun.Sentinel;
        }

        return packed;
    }
}
