using EfficientNet.Compiler.Emission.Kernels;
using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>Pointwise convolution of a whole map: panels with a narrower last one, blocks that outputs do not fill, residual, weights with gates.</summary>
public class PointwiseMapTests
{
    private static readonly Dictionary<string, PointwiseMapKernel> Kernels = Sweep();

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("PointwiseMap", Kernels.ToDictionary(one => one.Key, Kernel (one) => one.Value)));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Kernels.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_map_is_the_convolution(InstructionSet set, string title)
    {
        PointwiseMapKernel kernel = Kernels[title];
        foreach (Data data in Enum.GetValues<Data>())
        {
            foreach (int channels in new[] { kernel.Reduction, kernel.LeastReduction }.Distinct())
            {
                Problem problem = Problem.Of(title, kernel, data, channels);
                Bounded expected = problem.Expected(set);
                foreach (Guard guard in Enum.GetValues<Guard>())
                {
                    using KernelRun run = problem.Prepare(Library.Value[set, title], guard);
                    run.Call(0, PointwiseMap.Tasks(kernel, KernelIsas.Of(set)));
                    Judge.Map(problem.Made(run), expected, data, $"{set}, {data}, guard {guard}, {title}, {channels} channels");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_split_of_the_tasks_gives_the_same_bits(InstructionSet set, string title)
    {
        PointwiseMapKernel kernel = Kernels[title];
        Problem problem = Problem.Of(title, kernel, Data.Reals, kernel.LeastReduction);
        using KernelRun run = problem.Prepare(Library.Value[set, title], Guard.After);
        Splits.ShouldNotMatter(PointwiseMap.Tasks(kernel, KernelIsas.Of(set)), $"{set}, {title}", ranges =>
        {
            run.Forget("y");
            foreach ((int first, int last) in ranges)
            {
                // Every call gates for itself.
                if (kernel.Gated) run.Forget("scratch");
                run.Call(first, last);
            }

            return [run["y"]];
        });
    }

    private static Dictionary<string, PointwiseMapKernel> Sweep()
    {
        var kernels = new Dictionary<string, PointwiseMapKernel>();
        (int Reduction, int Positions, int Outputs, int Panel)[] shapes =
        [
            (4, 1, 1, 1), (12, 1, 3, 2), (20, 7, 2, 2), (16, 13, 5, 3), (36, 13, 7, 7), (32, 16, 1, 1), (96, 49, 2, 1), (144, 49, 3, 3),
            (240, 49, 5, 2), (480, 49, 5, 4), (672, 7, 12, 5), (1152, 49, 12, 7), (40, 121, 3, 2), (100, 112, 4, 3), (8, 197, 1, 1), (24, 2, 9, 4),
            (64, 64, 4, 1), (1152, 1, 20, 7),
        ];
        foreach ((int reduction, int positions, int outputs, int panel) in shapes)
        {
            int n = kernels.Count;
            ActivationKind clamp = (n % 5) switch { 3 => ActivationKind.Relu6, 4 => ActivationKind.Relu, _ => ActivationKind.None };
            var kernel = new PointwiseMapKernel(reduction, positions, outputs * MapLayout.Lanes, panel, Residual: n % 2 == 1, clamp)
            {
                // Among them panels that AVX-512 and AVX2 make in parts.
                Gated = n % 3 == 1 || n is 9 or 11,
            };
            kernels.Add($"{kernel.Name}_Panels{panel}", kernel);
            // A half of a map: its planes lie as far apart as the larger half's, the output's as the whole map's; or a call that says how many channels it has.
            PointwiseMapKernel half = n % 2 == 0 || reduction <= MapLayout.Lanes
                ? kernel with { InputPlane = (positions + 3) * MapLayout.Lanes, OutputPlane = (2 * positions + 1) * MapLayout.Lanes }
                : kernel with { LeastReduction = (reduction - 1) / MapLayout.Lanes * MapLayout.Lanes };
            kernels.Add($"{half.Name}_Panels{panel}_half", half);
            // Outputs that leave a part of the last block, of 5, 9 or 13 channels: what pads it is judged too.
            PointwiseMapKernel padded = half with { Outputs = outputs * MapLayout.Lanes - 5 - n % 3 * 4 };
            kernels.Add($"{padded.Name}_Panels{panel}_padded", padded);
        }

        return kernels;
    }

    /// <summary>Inputs of one case.</summary>
    private sealed record Problem(PointwiseMapKernel Kernel, Tensor X, Tensor Weight, Tensor Bias, Tensor? Shortcut, Tensor? Gates)
    {
        private int Channels => X.Shape[1];

        private int MapFloats => Kernel.Positions * MapLayout.Lanes;

        public static Problem Of(string title, PointwiseMapKernel kernel, Data data, int channels)
        {
            int outputs = kernel.Outputs;
            return new Problem(
                kernel,
                Values.Activations($"{title} x", data, 1, channels, 1, kernel.Positions),
                Values.Weights($"{title} w", data, outputs, channels, 1, 1),
                Values.Activations($"{title} b", data, outputs),
                kernel.Residual ? Values.Activations($"{title} r", data, 1, outputs, 1, kernel.Positions) : null,
                kernel.Gated ? Values.Activations($"{title} g", data, channels) : null);
        }

        public Bounded Expected(InstructionSet set)
        {
            Bounded sum = Bounds.Convolve(Bounded.Exact(X), GatedWeight(), Bias, ConvolutionGeometry.Pointwise, depthwise: false, 1, Kernel.Positions);
            if (Shortcut is not null) sum = Bounds.Add(sum, Bounded.Exact(Shortcut));
            return Bounds.Activate(sum, Kernel.Clamp, set);
        }

        public KernelRun Prepare(KernelFunction function, Guard guard)
        {
            var packed = new float[Packing.PanelFloats(Kernel.OutputBlocks, Channels, Kernel.PanelBlocks, Kernel.PanelStride)];
            Packing.Panels(packed, Weight, Bias, Kernel.PanelBlocks, Kernel.PanelStride);
            var run = new KernelRun(function, guard);
            if (Gates is not null) run.Input("gates", Gates.ToFloats()).Output("scratch", Kernel.ScratchFloats);
            run.Input("x", Apart(Packing.MapFloats(X), Kernel.InputPlane)).Input("w", packed).Output("y", (Kernel.OutputBlocks - 1) * Kernel.OutputPlane + MapFloats);
            if (Kernel.TakesChannels) run.Number("channels", Channels);
            return Shortcut is null ? run : run.Input("residual", Apart(Packing.MapFloats(Shortcut), Kernel.OutputPlane));
        }

        /// <summary>The output's blocks one behind the other; nothing was written between them.</summary>
        public float[] Made(KernelRun run)
        {
            float[] y = run["y"];
            float[] made = Enumerable.Range(0, Kernel.OutputBlocks).SelectMany(block => y.AsSpan(block * Kernel.OutputPlane, MapFloats).ToArray()).ToArray();
            y.ShouldBeBitwise(Apart(made, Kernel.OutputPlane), "what lies between the blocks");
            return made;
        }

        /// <summary>A map whose blocks lie a plane apart, sentinels between them.</summary>
        private float[] Apart(float[] map, int plane)
        {
            int blocks = map.Length / MapFloats;
            var apart = new float[(blocks - 1) * plane + MapFloats];
            Array.Fill(apart, KernelRun.Sentinel);
            for (int block = 0; block < blocks; block++) map.AsSpan(block * MapFloats, MapFloats).CopyTo(apart.AsSpan(block * plane));
            return apart;
        }

        /// <summary>Weights times gates, rounded once as the kernel rounds them.</summary>
        private Tensor GatedWeight()
        {
            if (Gates is null) return Weight;
            var product = Tensor.Like(Weight);
            for (int i = 0; i < product.Data.Length; i++) product.Data[i] = (float)(Weight.Data[i] * Gates.Data[i % Channels]);
            return product;
        }
    }
}
