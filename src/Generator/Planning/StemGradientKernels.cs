using EfficientNet.Compiler.Graph;

namespace EfficientNet.Compiler.Planning;

/// <summary>Gradient of the stem's weights for one image, a range of output blocks.</summary>
/// <param name="Image">The image.</param>
/// <param name="Output">The stem's map.</param>
/// <param name="Geometry">Kernel, stride and padding.</param>
/// <param name="PanelBlocks">Blocks of a panel of weights.</param>
/// <param name="Bias">Whether there is a bias.</param>
internal sealed record StemGradientKernel(Shape Image, Shape Output, ConvolutionGeometry Geometry, int PanelBlocks, bool Bias) : Kernel
{
    public int Blocks => MapLayout.Blocks(Output.Channels);

    public int ImagePitch => FusedDepthwiseKernel.StemImagePitch(Image, Output, Geometry);

    /// <summary>Lines of the image under one row of outputs: rows of every colour.</summary>
    public int Lines => Image.Channels * Geometry.Kernel;

    public int Reduction => Lines * Geometry.Kernel;

    public int PanelStride => PanelLayout.StrideOf(Reduction, PanelBlocks);

    /// <summary>Scratch: the image rows under one row of outputs, then one block's share of this image in the gradient.</summary>
    public int ShareAt => Lines * ImagePitch;

    public long ScratchFloats => ShareAt + (Reduction + 1) * MapLayout.Lanes;

    public override string Name => $"StemGradient_{Image.Channels}to{Output.Channels}_{Output.Height}x{Output.Width}{(Bias ? "_Bias" : "")}";
}

/// <summary>Gradient of the image that the stem reads, a range of its rows.</summary>
/// <param name="Image">The image.</param>
/// <param name="Output">The stem's map.</param>
/// <param name="Geometry">Kernel, stride and padding.</param>
/// <param name="PanelBlocks">Blocks of a panel of weights.</param>
internal sealed record StemInputGradientKernel(Shape Image, Shape Output, ConvolutionGeometry Geometry, int PanelBlocks) : Kernel
{
    public int Blocks => MapLayout.Blocks(Output.Channels);

    public int PanelStride => PanelLayout.StrideOf(Image.Channels * Geometry.Kernel * Geometry.Kernel, PanelBlocks);

    /// <summary>Zero columns left of a row of the output's gradient.</summary>
    public int Border => Geometry.OutputsBefore(Geometry.PadLeft);

    /// <summary>Floats of a row of one block of the output's gradient, zero borders included.</summary>
    public int GradientRow => (Border + Math.Max(Output.Width, Geometry.LastOutputOver(Image.Width, Geometry.PadLeft) + 1)) * MapLayout.Lanes;

    /// <summary>Rows of outputs whose kernels may cover one row of the image.</summary>
    public int GradientRows => (Geometry.Kernel + Geometry.Stride - 1) / Geometry.Stride;

    public long ScratchFloats => (long)GradientRows * Blocks * GradientRow;

    public override string Name => $"StemInputGradient_{Image.Channels}to{Output.Channels}_{Output.Height}x{Output.Width}";
}
