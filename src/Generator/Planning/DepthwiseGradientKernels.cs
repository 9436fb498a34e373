using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Planning;

/// <summary>Gradient of one block's depthwise weights: what some rows of outputs add to it.</summary>
/// <param name="KernelSize">Side of the kernel.</param>
/// <param name="Stride">Step between outputs.</param>
/// <param name="Rows">Rows of outputs.</param>
/// <param name="Columns">Outputs of a row.</param>
/// <param name="InputRow">Floats between rows of the input, zero borders included.</param>
/// <param name="GradientRow">Floats between rows of the output's gradient.</param>
/// <param name="Bias">Whether there is a bias.</param>
internal sealed record DepthwiseWeightGradientKernel(int KernelSize, int Stride, int Rows, int Columns, int InputRow, int GradientRow, bool Bias) : Kernel
{
    public override string Name =>
        $"DepthwiseWeightGradient{KernelSize}x{KernelSize}s{Stride}_{MapLayout.Lanes}_{(Rows > 1 ? $"{Rows}x" : "")}{Columns}"
        + $"{(Rows > 1 ? $"_of{InputRow / MapLayout.Lanes}_from{GradientRow / MapLayout.Lanes}" : "")}{(Bias ? "_Bias" : "")}";
}

/// <summary>
/// Gradient of one block's depthwise input, for rows a stride apart: those that meet the same rows of the kernel.
/// Through the activation where the input is a normalised map.
/// </summary>
/// <param name="Geometry">Kernel, stride and padding.</param>
/// <param name="FirstKernelRow">The kernel row that the last of the outputs over such a row applies to it; others follow a stride apart.</param>
/// <param name="Rows">Rows made, a stride apart.</param>
/// <param name="Columns">Columns of the input.</param>
/// <param name="Border">Zero columns left of the output's gradient.</param>
/// <param name="GradientRow">Floats between rows of the output's gradient, zero borders included.</param>
/// <param name="Source">What the input is.</param>
internal sealed record DepthwiseInputGradientKernel(
    ConvolutionGeometry Geometry, int FirstKernelRow, int Rows, int Columns, int Border, int GradientRow, DepthwiseSource Source) : Kernel
{
    /// <summary>Kernel rows that apply, and with them rows of the output's gradient.</summary>
    public int KernelRows => (Geometry.Kernel - FirstKernelRow + Geometry.Stride - 1) / Geometry.Stride;

    public override string Name =>
        $"DepthwiseInputGradient{Geometry.Kernel}x{Geometry.Kernel}s{Geometry.Stride}_{MapLayout.Lanes}_{(Rows > 1 ? $"{Rows}x" : "")}{Columns}_row{FirstKernelRow}_from{GradientRow / MapLayout.Lanes}"
        + $"_pad{Geometry.PadLeft}{Source.Suffix}";
}

/// <summary>What a depthwise convolution reads in training, and hence what its backward kernel makes beside the plain gradient.</summary>
/// <param name="Normalised">A raw map through scale, shift and activation: its gradient goes back through the activation, and is summed. Otherwise the map as it is stored.</param>
/// <param name="Activation">The activation of a normalised map.</param>
/// <param name="Residual">Whether another gradient of the same stored map is added.</param>
internal readonly record struct DepthwiseSource(bool Normalised, ActivationKind Activation, bool Residual)
{
    /// <summary>Whether the activation's derivative is not one everywhere.</summary>
    public bool HasSlope => Normalised && Activation != ActivationKind.None;

    /// <summary>For names.</summary>
    public string Suffix => Normalised ? $"_Normalised{(HasSlope ? $"_{Activation}" : "")}" : Residual ? "_Residual" : "";
}

/// <summary>Backward pass of a depthwise convolution for one image: gradients of its weights and of its input.</summary>
internal sealed record DepthwiseBackwardKernel : Kernel
{
    /// <summary>Floats of input and gradient, borders included, up to which a map is made whole: together they stay near.</summary>
    private const int WholeMapFloats = 12 * 1024;

    public required Shape Input { get; init; }

    public required Shape Output { get; init; }

    public required ConvolutionGeometry Geometry { get; init; }

    public required DepthwiseSource Source { get; init; }

    public required bool Bias { get; init; }

    public int Blocks => MapLayout.Blocks(Input.Channels);

    public int Taps => Geometry.Kernel * Geometry.Kernel;

    /// <summary>Floats of a block's weights.</summary>
    public int WeightFloats => (Taps + 1) * MapLayout.Lanes;

    /// <summary>Floats of an input row, zero borders included.</summary>
    public int InputRow => Math.Max(Geometry.PadLeft + Input.Width, (Output.Width - 1) * Geometry.Stride + Geometry.Kernel) * MapLayout.Lanes;

    /// <summary>Zero columns left of a row of the output's gradient.</summary>
    public int Border => Geometry.OutputsBefore(Geometry.PadLeft);

    /// <summary>Zero rows above the output's gradient, where it is held whole.</summary>
    public int BorderRows => Geometry.OutputsBefore(Geometry.PadTop);

    /// <summary>Floats of a row of the output's gradient, zero borders included.</summary>
    public int GradientRow => (Border + Math.Max(Output.Width, Geometry.LastOutputOver(Input.Width, Geometry.PadLeft) + 1)) * MapLayout.Lanes;

    /// <summary>Whether scratch holds the whole map, so that each part of the work is one call.</summary>
    public bool Whole => WholeInputRows * InputRow + WholeGradientRows * GradientRow <= WholeMapFloats;

    public int InputRows => Whole ? WholeInputRows : PowerOfTwo(Geometry.Kernel);

    public int GradientRows => Whole ? WholeGradientRows : PowerOfTwo((Geometry.Kernel + Geometry.Stride - 1) / Geometry.Stride);

    /// <summary>Rows of derivatives.</summary>
    public int SlopeRows => !Source.HasSlope ? 0 : Whole ? Input.Height : InputRows;

    /// <summary>The last output row, real or beyond the map, whose kernel begins at or above the input's last row.</summary>
    public int LastRow => Geometry.LastOutputOver(Input.Height, Geometry.PadTop);

    /// <summary>Places in scratch: input rows, then gradient rows, a row of zeros, derivatives, and this image's share of the weights' gradient.</summary>
    public int GradientAt => InputRows * InputRow;

    public int ZeroAt => GradientAt + GradientRows * GradientRow;

    public int SlopeAt => ZeroAt + (Whole ? 0 : Math.Max(InputRow, GradientRow));

    public int WeightsAt => SlopeAt + SlopeRows * Input.Width * MapLayout.Lanes;

    public long ScratchFloats => WeightsAt + (Whole ? 0 : WeightFloats);

    public override string Name =>
        $"DepthwiseBackward{Geometry.Kernel}x{Geometry.Kernel}s{Geometry.Stride}_{Input.Channels}_{Input.Height}x{Input.Width}{Source.Suffix}{(Bias ? "_Bias" : "")}";

    private int WholeInputRows => Math.Max(Geometry.PadTop + Input.Height, (Output.Height - 1) * Geometry.Stride + Geometry.Kernel);

    private int WholeGradientRows => BorderRows + Math.Max(Output.Height, LastRow + 1);

    private static int PowerOfTwo(int least)
    {
        int rows = 1;
        while (rows < least) rows *= 2;
        return rows;
    }
}
