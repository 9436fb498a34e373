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
        var y = new Tensor(x.Images, outputs, height, width);
        Parallel.For(0, x.Images * outputs, job =>
        {
            int image = job / outputs, o = job % outputs;
            if (bias is not null) y.Plane(image, o).Fill(bias.Data[o]);
            for (int i = 0; i < weight.Shape[1]; i++)
            {
                AddChannel(x, image, depthwise ? o : i, y, o, weight.Plane(o, i), geometry);
            }
        });
        return y;
    }

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
                    int first = Math.Max(0, (-left + stride - 1) / stride);
                    int end = Math.Min(to.Length, (from.Length - left + stride - 1) / stride);
                    for (int ox = first; ox < end; ox++) to[ox] += w * from[ox * stride + left];
                }
            }
        }
    }
}
