using EfficientNet.Compiler.Graph;

namespace EfficientNet.Numerics.Tests.Reference;

/// <summary>Convolution as its formula says: y[n, o, oy, ox] = b[o] + Σ w[o, i, ky, kx] · x[n, i, oy·s + ky − top, ox·s + kx − left].</summary>
internal static class Convolution
{
    /// <param name="x">[N, I, H, W].</param>
    /// <param name="weight">[O, I, k, k]; [C, 1, k, k] when depthwise.</param>
    /// <param name="bias">[O], or nothing.</param>
    /// <param name="geometry">Kernel, stride and the zeros above and to the left; zeros below and to the right follow from the output's size.</param>
    /// <param name="depthwise">Every channel is a group of its own.</param>
    /// <param name="height">Rows of the output.</param>
    /// <param name="width">Columns of the output.</param>
    /// <returns>[N, O, height, width].</returns>
    public static Tensor Forward(Tensor x, Tensor weight, Tensor? bias, ConvolutionGeometry geometry, bool depthwise, int height, int width)
    {
        int outputs = weight.Shape[0];
        var result = new Tensor(x.Images, outputs, height, width);
        (x, Tensor y) = (Rows(x, geometry), Rows(result, geometry));
        Parallel.For(0, x.Images * outputs, job =>
        {
            int image = job / outputs, o = job % outputs;
            if (bias is not null) y.Plane(image, o).Fill(bias.Data[o]);
            for (int i = 0; i < weight.Shape[1]; i++)
            {
                AddChannel(x, image, depthwise ? o : i, y, o, weight.Plane(o, i), geometry);
            }
        });
        return result;
    }

    /// <summary>The same map; to a pointwise convolution all positions are one row, which spares most of the loops' cost.</summary>
    public static Tensor Rows(Tensor map, ConvolutionGeometry geometry) =>
        geometry == ConvolutionGeometry.Pointwise ? map.Reshape(map.Images, map.Channels, 1, map.Positions) : map;

    /// <summary>The outputs of a row for which ox · stride + left is inside the input's row.</summary>
    /// <param name="left">Column that one tap reads for output 0; negative in the padding.</param>
    /// <param name="stride">Step between outputs.</param>
    /// <param name="inputs">Columns of the input.</param>
    /// <param name="outputs">Columns of the output.</param>
    /// <returns>The first one, and one past the last; none where First ≥ End.</returns>
    public static (int First, int End) Inside(int left, int stride, int inputs, int outputs) =>
        (Math.Max(0, (-left + stride - 1) / stride), Math.Min(outputs, (inputs - left + stride - 1) / stride));

    /// <summary>Adds what one input channel contributes to one output channel.</summary>
    private static void AddChannel(Tensor x, int image, int channel, Tensor y, int output, ReadOnlySpan<double> kernel, ConvolutionGeometry geometry)
    {
        int k = geometry.Kernel, stride = geometry.Stride;
        for (int oy = 0; oy < y.Height; oy++)
        {
            Span<double> to = y.Row(image, output, oy);
            for (int ky = 0; ky < k; ky++)
            {
                int iy = oy * stride + ky - geometry.PadTop;
                if (iy < 0 || iy >= x.Height) continue;
                ReadOnlySpan<double> from = x.Row(image, channel, iy);
                for (int kx = 0; kx < k; kx++)
                {
                    double w = kernel[ky * k + kx];
                    int left = kx - geometry.PadLeft;
                    (int first, int end) = Inside(left, stride, from.Length, to.Length);
                    for (int ox = first; ox < end; ox++) to[ox] += w * from[ox * stride + left];
                }
            }
        }
    }
}
