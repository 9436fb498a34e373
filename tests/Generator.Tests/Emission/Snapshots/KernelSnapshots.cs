using EfficientNet.Compiler.Emission;
using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;
using EfficientNet.Compiler.Tests.Emission.Snapshots.Support;

namespace EfficientNet.Compiler.Tests.Emission.Snapshots;

/// <summary>One tiny kernel of each family, to be read as a reader of generated code reads it.</summary>
public class KernelSnapshots
{
    [Fact]
    public void Pointwise_row() => Match(VectorIsa.Avx2, new PointwiseRowKernel(
        Reduction: 8, InputPlane: 5 * 16, Positions: 5, Blocks: 2, OutputPlane: 7 * 16, ActivationKind.Relu6));

    [Fact]
    public void Pointwise_rows_in_parts() => Match(VectorIsa.Avx2, new PointwiseRowKernel(
        Reduction: 144, InputPlane: 28 * 16, Positions: 7, Blocks: 3, OutputPlane: 9 * 16, ActivationKind.None) { Rows = 4, OutputRow = 3 * 9 * 16 });

    [Fact]
    public void Projection_with_residual() => Match(VectorIsa.Avx512, new PointwiseMapKernel(
        Reduction: 32, Positions: 4, Outputs: 48, PanelBlocks: 2, Residual: true, ActivationKind.None));

    [Fact]
    public void Gated_projection() => Match(VectorIsa.Avx512, new PointwiseMapKernel(
        Reduction: 20, Positions: 4, Outputs: 48, PanelBlocks: 2, Residual: false, ActivationKind.None) { Gated = true });

    [Fact]
    public void Gated_projection_of_a_half_in_parts() => Match(VectorIsa.Avx2, new PointwiseMapKernel(
        Reduction: 160, Positions: 24, Outputs: 48, PanelBlocks: 3, Residual: false, ActivationKind.None) { Gated = true, LeastReduction = 144 });

    [Fact]
    public void Sum_of_halves() => Match(VectorIsa.Avx512, new AddHalvesKernel(Residual: true, ActivationKind.None));

    [Fact]
    public void Depthwise_3x3() => Match(VectorIsa.Portable, new DepthwiseRowKernel(
        KernelSize: 3, Stride: 2, Columns: 3, InputBlockStride: 7 * 16, OutputBlockStride: 9 * 16, ActivationKind.None));

    [Fact]
    public void Activated_depthwise_row() => Match(VectorIsa.Avx512, new ActivatedDepthwiseRowKernel(
        new DepthwiseRowKernel(KernelSize: 3, Stride: 2, Columns: 3, InputBlockStride: 7 * 16, OutputBlockStride: 9 * 16, ActivationKind.None),
        new RowPassKernel(ActivationKind.Silu, Sum: true)));

    [Fact]
    public void Stem_row() => Match(VectorIsa.Avx2, new StemRowKernel(
        KernelSize: 3, Stride: 2, Channels: 3, Columns: 2, Blocks: 1, InputPitch: 16, OutputBlockStride: 2 * 16, ActivationKind.Relu));

    [Fact]
    public void Silu_pass() => Match(VectorIsa.Avx512, new RowPassKernel(ActivationKind.Silu, Sum: true));

    [Fact]
    public void Squeeze() => Match(VectorIsa.Avx2, new SqueezeKernel(
        Blocks: 2, SqueezeBlocks: 1, Bands: 1, BandStride: 0, Positions: 16));

    private static readonly GateKernel SmallGate = new()
    {
        Blocks = 2,
        GroupBlocks = 1,
        Groups = 2,
        Squeeze = 4,
        Activation = ActivationKind.HardSwish,
        Reduce = null,
        GroupStride = 0,
        Positions = 16,
        KeepsGates = false,
    };

    [Fact]
    public void Excite() => Match(VectorIsa.Portable, SmallGate);

    [Fact]
    public void Gates_for_the_projection() => Match(VectorIsa.Avx2, SmallGate with { Activation = ActivationKind.Silu, KeepsGates = true });

    [Fact]
    public void Fully_connected() => Match(VectorIsa.Avx512, new FullyConnectedKernel(Reduction: 20, Outputs: 40, PanelBlocks: 3));

    [Fact]
    public void Classifier() => Match(VectorIsa.Avx2, new ClassifierKernel(new FullyConnectedKernel(Reduction: 20, Outputs: 40, PanelBlocks: 3)));

    [Fact]
    public void Head() => Match(VectorIsa.Avx2, new HeadKernel(
        new Shape(24, 2, 2), Channels: 32, PanelBlocks: 2, Convolves: true, ActivationKind.Silu));

    private static readonly TapsKernel SmallTaps = new(new Shape(24, 4, 3), Height: 4, Width: 3, new ConvolutionGeometry(3, 1, 1, 1), Rows: 2, Channels: 24);

    [Fact]
    public void Taps() => Match(VectorIsa.Avx512, SmallTaps);

    private static readonly FusedMBConvKernel SmallBlock = new()
    {
        Inputs = SmallTaps,
        Channels = 96,
        Activation = ActivationKind.Silu,
        PanelBlocks = 3,
        Projection = 24,
        ProjectionBlocks = 2,
        Residual = true,
    };

    [Fact]
    public void Fused_block() => Match(VectorIsa.Avx512, SmallBlock);

    private static readonly WinogradInputKernel SmallTiles = new(new Shape(24, 7, 6), Rows: 4);

    [Fact]
    public void Winograd_inputs() => Match(VectorIsa.Avx512, SmallTiles);

    [Fact]
    public void Winograd_outputs() => Match(VectorIsa.Avx2, new WinogradOutputKernel(Blocks: 2, Rows: 4, Width: 5, OutputPlane: 560, ActivationKind.Relu6));

    [Fact]
    public void Winograd_weights() => Match(VectorIsa.Avx512, new WinogradWeightsKernel());

    [Fact]
    public void Fused_block_by_tiles() => Match(VectorIsa.Avx512, SmallBlock with { Inputs = SmallTiles });

    [Fact]
    public void Convolution_gradient() => Match(VectorIsa.Avx2, new ConvolutionWeightGradientKernel(SmallTaps with { Channels = 32 }, Outputs: 96, PanelBlocks: 3, HasBias: false));

    [Fact]
    public void Winograd_gradient() => Match(VectorIsa.Avx512, new WinogradWeightGradientKernel(SmallTiles, Outputs: 96, PanelBlocks: 3, HasBias: true));

    [Fact]
    public void Winograd_gradient_of_the_outputs() => Match(VectorIsa.Avx2, new WinogradOutputGradientKernel(Blocks: 2, Rows: 4, Width: 5, OutputPlane: 560));

    [Fact]
    public void Winograd_gradient_of_the_taps() => Match(VectorIsa.Avx512, new WinogradTapsGradientKernel());

    [Fact]
    public void Convolution_gradient_of_its_input() => Match(VectorIsa.Avx2, new ConvolutionInputGradientKernel(
        new Shape(24, 8, 6), new Shape(96, 4, 3), new ConvolutionGeometry(3, 2, 1, 1), PanelBlocks: 3, Residual: true));

    [Fact]
    public void Fused() => Match(VectorIsa.Avx512, new FusedDepthwiseKernel
    {
        Producer = ProducerKind.Pointwise,
        Source = new Shape(8, 6, 6),
        Expanded = new Shape(32, 6, 6),
        Output = new Shape(32, 3, 3),
        ProducerGeometry = ConvolutionGeometry.Pointwise,
        Depthwise = new ConvolutionGeometry(5, 2, 2, 2),
        ProducerActivation = ActivationKind.Silu,
        DepthwiseActivation = ActivationKind.Silu,
        GroupBlocks = 2,
        Bands = 1,
        Squeeze = new SqueezeKernel(2, 1, 1, 0, 9),
        Pooled = true,
    });

    [Fact]
    public void Fused_in_halves() => Match(VectorIsa.Avx512, InHalves);

    [Fact]
    public void Fused_past_the_caches() => Match(VectorIsa.Avx512, InHalves with
    {
        Producer = ProducerKind.Pointwise,
        Source = InHalves.Source with { Channels = 8 },
        ProducerActivation = ActivationKind.Silu,
        DepthwiseActivation = ActivationKind.Silu,
        GroupBlocks = 1,
        Pooled = true,
        Streams = true,
    });

    [Fact]
    public void Silu_pass_past_the_caches() => Match(VectorIsa.Avx2, new RowPassKernel(ActivationKind.Silu, Sum: true) { Streams = true });

    private static FusedDepthwiseKernel InHalves => new()
    {
        Producer = ProducerKind.None,
        Source = new Shape(32, 6, 6),
        Expanded = new Shape(32, 6, 6),
        Output = new Shape(32, 6, 6),
        ProducerGeometry = ConvolutionGeometry.Pointwise,
        Depthwise = new ConvolutionGeometry(3, 1, 1, 1),
        ProducerActivation = ActivationKind.None,
        DepthwiseActivation = ActivationKind.Relu6,
        GroupBlocks = 2,
        Bands = 2,
        Squeeze = null,
        Pooled = false,
        Halves = new MapHalves(new Shape(32, 6, 6), OfRows: true, First: 3),
    };

    private static void Match(VectorIsa isa, Kernel kernel, [System.Runtime.CompilerServices.CallerFilePath] string file = "", [System.Runtime.CompilerServices.CallerMemberName] string method = "")
    {
        var writer = new SourceWriter();
        writer.Line($"// {isa.Name}: vectors of {isa.Floats} floats, {isa.Registers} registers.");
        KernelSet.Write(new KernelContext(writer, isa), kernel);
        Accepted.Match(writer.ToString(), "cs", file, method);
    }
}
