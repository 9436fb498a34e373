using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>Fused blocks: dense convolution, activation, projection and residual, as far as the block has them.</summary>
public class FusedMBConvTests
{
    private static readonly Dictionary<string, FusedMBConvKernel> Kernels = Sweep();

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("FusedMBConv", Kernels.ToDictionary(one => one.Key, Kernel (one) => one.Value)));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Kernels.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_block_is_its_convolutions(InstructionSet set, string title)
    {
        FusedMBConvKernel kernel = Kernels[title];
        foreach (Data data in Enum.GetValues<Data>())
        {
            if (data == Data.WholeNumbers && kernel.Activation is ActivationKind.Silu or ActivationKind.HardSwish) continue;
            var problem = new Problem(title, kernel, data, set);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                using KernelRun run = problem.Prepare(guard);
                run.Call(0, kernel.Bands);
                Judge.Map(run["y"], problem.Expected, data, $"{set}, {data}, guard {guard}, {title}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_split_of_the_bands_gives_the_same_bits(InstructionSet set, string title)
    {
        FusedMBConvKernel kernel = Kernels[title];
        using KernelRun run = new Problem(title, kernel, Data.Reals, set).Prepare(Guard.After);
        Splits.ShouldNotMatter(kernel.Bands, $"{set}, {title}", ranges =>
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

    /// <summary>A block with numbers, and what follows from them.</summary>
    private sealed class Problem
    {
        private readonly KernelFunction _function;
        private readonly FusedMBConvKernel _kernel;
        private readonly Tensor _x, _residual;
        private readonly float[] _packed;

        public Problem(string title, FusedMBConvKernel kernel, Data data, InstructionSet set)
        {
            (_function, _kernel) = (Library.Value[set, title], kernel);
            (TapsKernel taps, int size) = (kernel.Taps, kernel.Taps.Geometry.Kernel);
            _x = Values.Activations($"{title} x", data, 1, taps.Source.Channels, taps.Source.Height, taps.Source.Width);
            _residual = Values.Activations($"{title} residual", data, 1, kernel.Output.Channels, kernel.Output.Height, kernel.Output.Width);
            Tensor weight = Values.Weights($"{title} w", data, kernel.Channels, taps.Source.Channels, size, size), bias = Values.Activations($"{title} b", data, kernel.Channels);
            _packed = new float[kernel.WeightFloats];
            Packing.Panels(_packed, Packing.TapsFirst(weight, taps.Channels), bias, kernel.PanelBlocks, kernel.PanelStride);
            Expected = Bounds.Activate(
                Bounds.Convolve(Bounded.Exact(_x), weight, bias, taps.Geometry, depthwise: false, taps.Height, taps.Width), kernel.Activation, set);
            if (kernel.Projection is { } channels)
            {
                Tensor projection = Values.Weights($"{title} projection", data, channels, kernel.Channels, 1, 1), second = Values.Activations($"{title} second bias", data, channels);
                var padded = new Tensor(channels, kernel.ProjectionReduction);
                for (int i = 0; i < projection.Data.Length; i++) padded.Data[i / kernel.Channels * kernel.ProjectionReduction + i % kernel.Channels] = projection.Data[i];
                Packing.Panels(_packed.AsSpan((int)kernel.DenseFloats), padded, second, kernel.ProjectionBlocks, kernel.ProjectionStride);
                Expected = Bounds.Convolve(Expected, projection, second, ConvolutionGeometry.Pointwise, depthwise: false, kernel.Output.Height, kernel.Output.Width);
            }

            if (kernel.Residual) Expected = Bounds.Add(Expected, Bounded.Exact(_residual));
        }

        public Bounded Expected { get; }

        public KernelRun Prepare(Guard guard)
        {
            KernelRun run = new KernelRun(_function, guard).Input("x", Packing.MapFloats(_x)).Input("weights", _packed)
                .Output("y", MapLayout.Floats(_kernel.Output)).Output("scratch", _kernel.ScratchFloats);
            if (_kernel.Residual) run.Input("residual", Packing.MapFloats(_residual));
            return run;
        }
    }

    private static Dictionary<string, FusedMBConvKernel> Sweep()
    {
        const PaddingMode same = PaddingMode.Same, symmetric = PaddingMode.Symmetric;
        var kernels = new Dictionary<string, FusedMBConvKernel>();
        (int Inputs, int Side, int Kernel, int Stride, PaddingMode Padding, int Channels, int Panel, int? Projection, int ProjectionPanel, int Rows, bool Residual, ActivationKind Activation)[] shapes =
        [
            (1, 1, 3, 1, symmetric, 1, 1, null, 0, 1, true, ActivationKind.None), (8, 6, 3, 2, same, 20, 2, null, 0, 1, false, ActivationKind.Relu6),
            (24, 6, 3, 1, symmetric, 24, 2, null, 0, 2, true, ActivationKind.Silu), (24, 6, 3, 1, symmetric, 24, 1, null, 0, 3, true, ActivationKind.Relu),
            (16, 9, 3, 2, symmetric, 64, 4, 24, 2, 1, false, ActivationKind.Silu), (20, 8, 3, 1, same, 50, 2, 20, 2, 4, true, ActivationKind.Relu6),
            (33, 5, 5, 1, same, 33, 3, 33, 1, 5, true, ActivationKind.HardSwish), (3, 7, 7, 2, same, 90, 3, 7, 1, 2, false, ActivationKind.Relu),
            (12, 4, 3, 1, symmetric, 48, 3, 12, 1, 2, true, ActivationKind.None), (40, 10, 3, 2, symmetric, 160, 5, 72, 5, 5, false, ActivationKind.Silu),
            (2, 3, 9, 1, symmetric, 5, 1, 2, 1, 1, true, ActivationKind.Silu),
        ];
        foreach (var c in shapes)
        {
            var source = new Shape(c.Inputs, c.Side, c.Side + 1);
            (ConvolutionGeometry geometry, int rows, int columns) = ConvolutionGeometry.On(source, c.Kernel, c.Stride, c.Padding);
            var kernel = new FusedMBConvKernel
            {
                Taps = new TapsKernel(source, rows, columns, geometry, c.Rows, MapLayout.PaddedReduction(c.Inputs)),
                Channels = c.Channels,
                Activation = c.Activation,
                PanelBlocks = c.Panel,
                Projection = c.Projection,
                ProjectionBlocks = c.ProjectionPanel,
                Residual = c.Residual,
            };
            kernels.Add($"{kernel.Name}_{c.Padding}_{c.Activation}_Panels{c.Panel}", kernel);
        }

        return kernels;
    }
}
