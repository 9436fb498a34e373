using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Planning;

/// <summary>
/// One geometry of one operation: the key under which its code is emitted once, whatever the number of layers that use it.
/// Two kernels are the same code exactly when their records are equal.
/// </summary>
/// <remarks>Names follow one grammar (docs/kernels.md): operation, kernel and stride, channels, positions, options.</remarks>
internal abstract record Kernel
{
    public abstract string Name { get; }

    /// <summary>Whether SiLU is computed over whole maps: on AVX-512 such a kernel is written in each form of SiLU.</summary>
    public virtual bool HasSiluForms => false;

    protected static string Suffix(ActivationKind activation) => activation == ActivationKind.None ? "" : "_" + activation;
}

/// <summary>One output row of a depthwise convolution, for as many channel blocks as the call says, from rows with zero borders.</summary>
internal sealed record DepthwiseRowKernel(int KernelSize, int Stride, int Columns, int InputBlockStride, int OutputBlockStride, ActivationKind Clamp) : Kernel
{
    public override string Name =>
        $"Depthwise{KernelSize}x{KernelSize}s{Stride}_{Columns}_from{InputBlockStride / MapLayout.Lanes}_by{OutputBlockStride / MapLayout.Lanes}{Suffix(Clamp)}";

    /// <summary>Accumulators of a tile, the taps of a kernel row and one input.</summary>
    public int RegistersOf(Tile tile) => tile.Rows + KernelSize + 1;
}

/// <summary>One row of the stem: dense 3×3 from three planes of the image.</summary>
internal sealed record StemRowKernel(int KernelSize, int Stride, int Channels, int Columns, int Blocks, int InputPitch, int OutputBlockStride, ActivationKind Clamp) : Kernel
{
    public override string Name =>
        $"Stem{KernelSize}x{KernelSize}s{Stride}_{Channels}to{Blocks * MapLayout.Lanes}_{Columns}_by{OutputBlockStride / MapLayout.Lanes}{Suffix(Clamp)}";
}

/// <summary>A pass over a row that has just been made: activation in place, sum over positions, or both. The row's geometry is arguments of the call.</summary>
internal sealed record RowPassKernel(ActivationKind Activation, bool Sum) : Kernel
{
    /// <summary>Whether the row is not changed in place, but stored in a map past the caches.</summary>
    public bool Streams { get; init; }

    public override string Name => $"{(Activation != ActivationKind.None ? Activation : Sum ? "" : "Copy")}{(Sum ? "Sum" : "")}{(Streams ? "_Streamed" : "")}";

    public override bool HasSiluForms => Activation == ActivationKind.Silu;

    /// <summary>The call's last arguments.</summary>
    /// <param name="blocks">Blocks of 16 channels.</param>
    /// <param name="columns">Positions of the row.</param>
    /// <param name="plane">Floats between blocks.</param>
    public static string Geometry(int blocks, int columns, int plane) => Geometry($"{blocks}", columns, plane);

    /// <summary>The same where the blocks are no constant.</summary>
    public static string Geometry(string blocks, int columns, int plane) => $"{blocks}, {columns * MapLayout.Lanes}, {plane}";

    /// <summary>The same where the floats of a row are no constant.</summary>
    public static string Geometry(int blocks, string floats, int plane) => $"{blocks}, {floats}, {plane}";
}

/// <summary>Producer rows in a ring → depthwise → squeeze, for a range of (channel group, band of rows).</summary>
internal sealed record FusedDepthwiseKernel : Kernel
{
    /// <summary>The highest map that is expanded at once.</summary>
    private const int WholeMapRows = 8;

    private const long StreamedBytes = 6L << 20;

    public required ProducerKind Producer { get; init; }

    /// <summary>What the producer reads: the image, the narrow map, the raw map, or the map itself where there is no producer.</summary>
    public required Shape Source { get; init; }

    /// <summary>The producer's map, which exists as ring rows only.</summary>
    public required Shape Expanded { get; init; }

    public required Shape Output { get; init; }

    public required ConvolutionGeometry ProducerGeometry { get; init; }

    public required ConvolutionGeometry Depthwise { get; init; }

    public required ActivationKind ProducerActivation { get; init; }

    public required ActivationKind DepthwiseActivation { get; init; }

    public required int GroupBlocks { get; init; }

    public required int Bands { get; init; }

    public required SqueezeKernel? Squeeze { get; init; }

    public required bool Pooled { get; init; }

    /// <summary>The halves of rows in which the output lies, where it does. Of a map in halves of channels a kernel knows one half.</summary>
    public MapHalves? Halves { get; init; }

    /// <summary>Floats between blocks of the output.</summary>
    public int OutputPlane => Halves?.Plane ?? MapLayout.Plane(Output);

    /// <summary>
    /// Whether rows of the output are made in scratch and stored past the caches: of a map that is larger than those, nothing is left there when it is read,
    /// and without them a line is not read before it is written.
    /// </summary>
    public bool Streams { get; init; }

    /// <summary>Whether maps of a shape are larger than what a core may hope to keep in its caches.</summary>
    public static bool ExceedsCaches(Shape map) => MapLayout.Floats(map) * sizeof(float) >= StreamedBytes;

    /// <summary>Floats of a row of outputs of one block.</summary>
    public int OutputRowFloats => Output.Width * MapLayout.Lanes;

    /// <summary>Groups of channels, a narrower last one among them.</summary>
    public int Groups => FullGroups + (TailBlocks > 0 ? 1 : 0);

    /// <summary>Groups of full width, the first ones.</summary>
    public int FullGroups => MapLayout.Blocks(Expanded.Channels) / GroupBlocks;

    /// <summary>Blocks of a narrower last group, which there may be where the map is in one band; 0 where there is none. Its weights have as much room as the others'.</summary>
    public int TailBlocks => MapLayout.Blocks(Expanded.Channels) % GroupBlocks;

    /// <summary>What the narrower last group is made by: the same on fewer blocks.</summary>
    public FusedDepthwiseKernel Tail => this with { GroupBlocks = TailBlocks, Squeeze = Squeeze is null ? null : Squeeze with { Blocks = TailBlocks } };

    public int BandRows => (Output.Height + Bands - 1) / Bands;

    /// <summary>Rows that the expansion makes in one call: all of a map that is no higher than a ring, otherwise one.</summary>
    public int RowsAtOnce => Producer == ProducerKind.Pointwise && Bands == 1 && Expanded.Height <= WholeMapRows ? Expanded.Height : 1;

    /// <summary>Rows of the producer's map for one row of the output: under the kernel, and those that a wider stride steps over, which a traced map holds too.</summary>
    public int RowsForOne => Math.Max(Depthwise.Kernel, Depthwise.Stride);

    /// <summary>Ring rows: the smallest power of two that holds the rows for one of the output, so that a row's place is a mask; more where the whole map fits.</summary>
    public int RingRows => RowsAtOnce > 1 ? Math.Max(WholeMapRows, KernelRows) : KernelRows;

    private int KernelRows => RowsForOne <= 2 ? RowsForOne : RowsForOne <= 4 ? 4 : RowsForOne <= 8 ? 8 : 16;

    /// <summary>Columns of a ring row, zero borders included.</summary>
    public int RingColumns => Math.Max(Depthwise.PadLeft + Expanded.Width, (Output.Width - 1) * Depthwise.Stride + Depthwise.Kernel);

    /// <summary>Floats of a ring row of one block.</summary>
    public int RingBlockStride => RingColumns * MapLayout.Lanes;

    /// <summary>Floats of a ring row of all blocks of a group.</summary>
    public int RingRowFloats => RingBlockStride * GroupBlocks;

    /// <summary>Columns of an image row beside the stem, zero borders included, in whole vectors.</summary>
    public int ImagePitch => Producer == ProducerKind.Stem ? StemImagePitch(Source, Expanded, ProducerGeometry) : 0;

    /// <summary>Ring, row of zeros, image rows under the stem's kernel, row of outputs that go past the caches: what is missing has no room. A narrower last group has them at the same places.</summary>
    public long ScratchFloats => OutputRowAt + (Streams ? (long)GroupBlocks * OutputRowFloats : 0);

    /// <summary>Where the row of zeros lies in the scratch.</summary>
    public long ZeroRowAt => (long)RingRows * RingRowFloats;

    /// <summary>Where the image rows lie.</summary>
    public long ImageAt => ZeroRowAt + RingRowFloats;

    /// <summary>Where the row of outputs lies.</summary>
    public long OutputRowAt => ImageAt + (long)Source.Channels * ProducerGeometry.Kernel * ImagePitch;

    public int Reduction => Producer == ProducerKind.Pointwise ? MapLayout.PaddedReduction(Source.Channels) : Source.Channels * ProducerGeometry.Kernel * ProducerGeometry.Kernel;

    /// <summary>Floats of a group's weights: producer panel and bias, depthwise taps and bias, squeeze rows.</summary>
    public int GroupStride => ProducerFloats + DepthwiseFloats + SqueezeFloats;

    /// <summary>Whether the producer's map has its channels in the order of the source's: a row of it is made from one row of the source.</summary>
    public bool KeepsChannels => Producer is ProducerKind.None or ProducerKind.Normalise;

    public int ProducerFloats => KeepsChannels ? 0 : PanelLayout.StrideOf(Reduction, GroupBlocks);

    public int DepthwiseFloats => GroupBlocks * (Depthwise.Kernel * Depthwise.Kernel + 1) * MapLayout.Lanes;

    private int SqueezeFloats => Squeeze is null ? 0 : GroupBlocks * MapLayout.Lanes * Squeeze.SqueezeBlocks * MapLayout.Lanes;

    /// <summary>A group's squeeze is reduced at once where one worker makes all of its bands.</summary>
    public bool ReducesSqueeze => Squeeze is not null && Bands == 1;

    public override string Name
    {
        get
        {
            string producer = Producer switch { ProducerKind.Stem => "Stem", ProducerKind.Pointwise => "Expand", ProducerKind.Normalise => "Normalise", _ => "" };
            string linear = (KeepsChannels ? DepthwiseActivation == ActivationKind.None : ProducerActivation != DepthwiseActivation) ? "_Linear" : "";
            return $"{producer}Depthwise{Depthwise.Kernel}x{Depthwise.Kernel}s{Depthwise.Stride}_{(KeepsChannels ? "" : $"{Source.Channels}to")}{Expanded.Channels}_{Expanded.Height}x{Expanded.Width}_by{GroupBlocks * MapLayout.Lanes}{(Bands > 1 ? $"_in{Bands}{(Halves is null ? "_Whole" : "")}" : "")}{(Pooled ? "_Pooled" : "")}{(Squeeze is { } s ? $"_Squeeze{s.SqueezeBlocks * MapLayout.Lanes}" : "")}{(Streams ? "_Streamed" : "")}{(Producer == ProducerKind.Normalise ? Suffix(ProducerActivation) : "")}{linear}";
        }
    }

    public static int StemImagePitch(Shape image, Shape output, ConvolutionGeometry geometry)
    {
        int columns = Math.Max(geometry.PadLeft + image.Width, (output.Width - 1) * geometry.Stride + geometry.Kernel);
        return (columns + MapLayout.Lanes - 1) / MapLayout.Lanes * MapLayout.Lanes;
    }
}

internal enum ProducerKind
{
    /// <summary>The depthwise convolution reads a stored map.</summary>
    None,
    Stem,
    Pointwise,

    /// <summary>The depthwise convolution reads the activation of a stored raw map, whose channels are scaled and shifted before: training.</summary>
    Normalise,
}

/// <summary>The stem alone, storing its whole map.</summary>
internal sealed record StemMapKernel(Shape Image, Shape Output, ConvolutionGeometry Geometry, int PanelBlocks, ActivationKind Activation) : Kernel
{
    public int ImagePitch => FusedDepthwiseKernel.StemImagePitch(Image, Output, Geometry);

    public long ScratchFloats => (long)Image.Channels * Geometry.Kernel * ImagePitch;

    public int Reduction => Image.Channels * Geometry.Kernel * Geometry.Kernel;

    public int PanelStride => PanelLayout.StrideOf(Reduction, PanelBlocks);

    public override string Name => $"Stem_{Image.Channels}to{Output.Channels}_{Output.Height}x{Output.Width}";
}

/// <summary>Head convolution (if any), activation and mean over positions, for a range of panels.</summary>
internal sealed record HeadKernel(Shape Source, int Channels, int PanelBlocks, bool Convolves, ActivationKind Activation) : Kernel
{
    public int Reduction => MapLayout.PaddedReduction(Source.Channels);

    public int Panels => MapLayout.Blocks(Channels) / PanelBlocks;

    public int PanelStride => Convolves ? PanelLayout.StrideOf(Reduction, PanelBlocks) : 0;

    /// <summary>Floats of its packed weights and biases.</summary>
    public long WeightFloats => (long)Panels * PanelStride;

    /// <summary>Floats of the classifier's weights, which lie behind the head's.</summary>
    public long ClassifierFloats { get; init; }

    /// <summary>One panel of the head's map: it is pooled at once and never stored.</summary>
    public long ScratchFloats => Convolves ? (long)PanelBlocks * MapLayout.Plane(Source) : 0;

    public override string Name => $"Head_{Source.Channels}to{Channels}_{Source.Height}x{Source.Width}";
}

/// <summary>A fully connected layer: one vector times a matrix.</summary>
internal sealed record FullyConnectedKernel(int Reduction, int Outputs, int PanelBlocks) : Kernel
{
    private const int MostBlocks = 8;

    public int Panels => MapLayout.Blocks(Outputs) / PanelBlocks;

    /// <summary>The widest panels that divide the outputs.</summary>
    public static FullyConnectedKernel Of(int inputs, int outputs)
    {
        int blocks = MapLayout.Blocks(outputs);
        return new(inputs, outputs, Enumerable.Range(1, Math.Min(MostBlocks, blocks)).Last(n => blocks % n == 0));
    }

    public int PanelStride => PanelLayout.StrideOf(MapLayout.PaddedReduction(Reduction), PanelBlocks);

    /// <summary>Floats of its packed weights and biases.</summary>
    public long WeightFloats => (long)Panels * PanelStride;

    public override string Name => $"FullyConnected_{Reduction}to{Outputs}";
}

/// <summary>The classifier of a forward pass: the matrix times the features of as many images as there are, so that its weights are fetched once for several.</summary>
internal sealed record ClassifierKernel(FullyConnectedKernel FullyConnected) : Kernel
{
    /// <summary>Images whose sums are in registers at once, where there are as many.</summary>
    public const int ImagesAtOnce = 4;

    /// <summary>A panel of those images' logits, before they leave without what pads them.</summary>
    public long ScratchFloats => ImagesAtOnce * FullyConnected.PanelBlocks * MapLayout.Lanes;

    public override string Name => $"Classifier_{FullyConnected.Reduction}to{FullyConnected.Outputs}";
}
