namespace EfficientNet.Runtime;

/// <summary>One convolution or linear layer: its tensors in a weight file, and where their packed form goes.</summary>
/// <remarks>
/// <para>All places are float indices into the packed buffer, which starts zeroed: what no formula names stays zero,
/// and kernels rely on that zero padding.</para>
/// <para><b>BatchNorm</b> is folded in double precision: <c>scale = gamma / sqrt(variance + epsilon)</c>; a packed
/// weight is <c>weight * scale</c>, a packed bias <c>beta + (ownBias - mean) * scale</c>, each rounded to float once.
/// Without BatchNorm they are the layer's own (bias 0 if it has none).</para>
/// <para><b>Panels</b>: the reduction index is <c>k = (input * Kernel + ky) * Kernel + kx</c>. Outputs are cut into
/// blocks of 16 lanes and panels of <see cref="PanelBlocks"/> blocks; the last panel has the rest. With
/// <c>panel = n / (16 * PanelBlocks)</c> and <c>G = ReductionGroup</c> (0 means that there is a single group), weight (n, k) lies at
/// <c>At + panel * PanelStride + (k / G) * ReductionStride + (k % G) * S * 16 * blocksOf(panel) + (n - panel * 16 * PanelBlocks)</c>,
/// where <c>S = ReductionStep</c> (0 means 1),
/// and the bias of output n at <c>BiasAt + panel * BiasStride + (n - panel * 16 * PanelBlocks)</c>.</para>
/// <para><b>Winograd</b> (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", 2015, §4.1): panels of <c>u = G·g·Gᵀ</c>
/// in place of every 3×3 kernel g, with <c>G = [1 0 0; ½ ½ ½; ½ −½ ½; 0 0 1]</c>. The reduction index is <c>k = input * 16 + 4 * i + j</c> for <c>u(i, j)</c>, which is
/// summed in double precision, multiplied by <c>scale</c> and rounded to float once.</para>
/// <para><b>Depthwise</b>: channel c is lane <c>c % 16</c> of block <c>b = c / 16</c>, which is block
/// <c>j = b % GroupBlocks</c> of group <c>g = b / GroupBlocks</c>. Tap <c>t = ky * Kernel + kx</c> lies at
/// <c>At + g * GroupStride + j * (Kernel² + 1) * 16 + t * 16 + c % 16</c>, and the bias where tap Kernel² would.</para>
/// <para><b>Halves</b>: where <see cref="FirstBlocks"/> is not 0, panels and groups are cut anew behind that many blocks: the second half's are
/// numbered on from those of the first, and either half's last one has the rest. <see cref="ReductionFirst"/> does the same to reduction groups.</para>
/// </remarks>
public sealed record ConvolutionWeights
{
    /// <summary>Names of the layer itself.</summary>
    public required ParameterNames Names { get; init; }

    /// <summary>Names of the BatchNorm behind it, which is folded into it; null when there is none.</summary>
    public ParameterNames? BatchNorm { get; init; }

    /// <summary>The BatchNorm's epsilon.</summary>
    public double Epsilon { get; init; }

    /// <summary>Output channels: dimension 0 of the weight.</summary>
    public required int Outputs { get; init; }

    /// <summary>Input channels per group, so 1 for a depthwise convolution: dimension 1 of the weight.</summary>
    public required int Inputs { get; init; }

    /// <summary>Side of the kernel; 0 for a linear layer, whose weight has rank 2.</summary>
    public required int Kernel { get; init; }

    /// <summary>Whether the layer has a bias of its own.</summary>
    public bool HasBias { get; init; }

    /// <summary>The layout of the packed form.</summary>
    public required PackedForm Form { get; init; }

    /// <summary>Where the packed weights begin.</summary>
    public required long At { get; init; }

    /// <summary>Panels, Winograd: from one panel to the next.</summary>
    public long PanelStride { get; init; }

    /// <summary>Panels, Winograd: blocks of 16 outputs in a panel.</summary>
    public int PanelBlocks { get; init; }

    /// <summary>Panels, Winograd: reduction steps that lie together; 0 when all do.</summary>
    public int ReductionGroup { get; init; }

    /// <summary>Panels, Winograd: rows of weights from one reduction step of a group to the next; 0 when they follow each other.</summary>
    public int ReductionStep { get; init; }

    /// <summary>Panels, Winograd: reduction steps of the first of two halves, each of which has reduction groups of its own; 0 when there is one.</summary>
    public int ReductionFirst { get; init; }

    /// <summary>Blocks of the first of two halves, each of which has panels or groups of its own; 0 when there is one.</summary>
    public int FirstBlocks { get; init; }

    /// <summary>Panels, Winograd: from one reduction group to the next.</summary>
    public long ReductionStride { get; init; }

    /// <summary>Panels, Winograd: where the packed biases begin. A depthwise layer's lie behind its taps.</summary>
    public required long BiasAt { get; init; }

    /// <summary>Panels, Winograd: from one panel's biases to the next's.</summary>
    public long BiasStride { get; init; }

    /// <summary>Depthwise: blocks of 16 channels that lie together.</summary>
    public int GroupBlocks { get; init; }

    /// <summary>Depthwise: from one group of blocks to the next.</summary>
    public long GroupStride { get; init; }

    /// <summary>Kernel positions: Kernel², and 1 for a linear layer.</summary>
    public int Taps => Kernel == 0 ? 1 : Kernel * Kernel;

    /// <summary>Packed values in place of a kernel's <see cref="Taps"/>: as many, or <see cref="PackedForm.Winograd"/>'s 16.</summary>
    internal int PackedTaps => Form == PackedForm.Winograd ? WinogradPacker.Points : Taps;
}
