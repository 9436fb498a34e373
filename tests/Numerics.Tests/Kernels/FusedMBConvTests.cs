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
            (DenseInputKernel inputs, int size) = (kernel.Inputs, kernel.Inputs.Geometry.Kernel);
            _x = Values.Activations($"{title} x", data, 1, inputs.Source.Channels, inputs.Source.Height, inputs.Source.Width);
            _residual = Values.Activations($"{title} residual", data, 1, kernel.Output.Channels, kernel.Output.Height, kernel.Output.Width);
            Tensor weight = Values.Weights($"{title} w", data, kernel.Channels, inputs.Source.Channels, size, size), bias = Values.Activations($"{title} b", data, kernel.Channels);
            _packed = new float[kernel.WeightFloats];
            Expected = Bounds.Activate(inputs is TapsKernel taps ? ByTaps(taps, weight, bias) : ByTiles(weight, bias), kernel.Activation, set);
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

        /// <summary>Packs the dense weights, and says what their convolution is.</summary>
        private Bounded ByTaps(TapsKernel taps, Tensor weight, Tensor bias)
        {
            Packing.Panels(_packed, Packing.TapsFirst(weight, taps.Channels), bias, _kernel.PanelBlocks, _kernel.PanelStride);
            return Bounds.Convolve(Bounded.Exact(_x), weight, bias, taps.Geometry, depthwise: false, taps.Height, taps.Width);
        }

        private Bounded ByTiles(Tensor weight, Tensor bias)
        {
            for (int point = 0; point < 16; point++)
            {
                // The products of the second point of the second row are those that every output of a tile takes as they are.
                Packing.Panels(_packed.AsSpan(point * _kernel.MatrixStride), Packing.WinogradPoint(weight, point, _kernel.Inputs.Reduction),
                    point == 5 ? bias : Tensor.Like(bias), _kernel.PanelBlocks, _kernel.PanelStride);
            }

            return Bounds.ConvolveByTiles(Bounded.Exact(_x), weight, bias, _kernel.Inputs.Geometry);
        }

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
            var taps = new TapsKernel(source, rows, columns, geometry, c.Rows, MapLayout.PaddedReduction(c.Inputs));
            Add(taps, c.Channels, c.Panel, c.Projection, c.ProjectionPanel, c.Residual, c.Activation, $"_{c.Padding}");
        }

        // By tiles: odd sides, bands whose last one has a row less, maps of one tile, with and without a projection.
        (int Inputs, int Height, int Width, int Rows, int Channels, int Panel, int? Projection, int ProjectionPanel, bool Residual, ActivationKind Activation)[] tiled =
        [
            (1, 1, 1, 2, 1, 1, null, 0, true, ActivationKind.None), (24, 6, 7, 2, 24, 2, null, 0, true, ActivationKind.Silu), (24, 7, 6, 4, 24, 1, null, 0, true, ActivationKind.Relu),
            (20, 8, 8, 8, 50, 2, 20, 2, true, ActivationKind.Relu6), (3, 5, 2, 2, 90, 3, 7, 1, false, ActivationKind.HardSwish), (16, 3, 31, 4, 64, 4, 24, 2, false, ActivationKind.Silu),
            (48, 9, 12, 10, 192, 6, 48, 3, true, ActivationKind.Silu), (33, 2, 5, 2, 33, 3, 33, 1, true, ActivationKind.None), (64, 15, 15, 4, 96, 2, 64, 4, true, ActivationKind.Relu6),
            (2, 1, 9, 2, 5, 1, null, 0, false, ActivationKind.Relu6), (40, 10, 1, 2, 72, 5, 12, 1, false, ActivationKind.None),
            // More weights of a panel than AVX2 takes at once: sums in parts.
            (96, 6, 20, 6, 96, 6, 20, 2, true, ActivationKind.Silu),
        ];
        foreach (var c in tiled)
        {
            Add(new WinogradInputKernel(new Shape(c.Inputs, c.Height, c.Width), c.Rows), c.Channels, c.Panel, c.Projection, c.ProjectionPanel, c.Residual, c.Activation, "");
        }

        return kernels;

        void Add(DenseInputKernel inputs, int channels, int panel, int? projection, int projectionPanel, bool residual, ActivationKind activation, string more)
        {
            var kernel = new FusedMBConvKernel
            {
                Inputs = inputs,
                Channels = channels,
                Activation = activation,
                PanelBlocks = panel,
                Projection = projection,
                ProjectionBlocks = projectionPanel,
                Residual = residual,
            };
            kernels.Add($"{kernel.Name}{more}_{activation}_Panels{panel}", kernel);
        }
    }
}
