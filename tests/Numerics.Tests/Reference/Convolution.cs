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
        // Whole networks would take minutes otherwise: most of their products are here.
        if (IsPointwise(geometry, depthwise)) return PositionRows.ToMap(Linear.Forward(PositionRows.Of(x), weight, bias), x.Images, height, width);
        var y = new Tensor(x.Images, outputs, height, width);
        (int First, int End)[] columns = Columns(geometry, x.Width, width);
        Parallel.For(0, x.Images * outputs, job =>
        {
            int image = job / outputs, o = job % outputs;
            if (bias is not null) y.Plane(image, o).Fill(bias.Data[o]);
            for (int i = 0; i < weight.Shape[1]; i++)
            {
                AddChannel(x, image, depthwise ? o : i, y, o, weight.Plane(o, i), geometry, columns);
            }
        });
        return y;
    }

    /// <summary>Whether the convolution is <see cref="Linear"/> at every position on its own.</summary>
    public static bool IsPointwise(ConvolutionGeometry geometry, bool depthwise) => geometry == ConvolutionGeometry.Pointwise && !depthwise;

    /// <summary>For every column of the kernel, the outputs of a row for which it is inside the input's row, not in the padding.</summary>
    /// <param name="geometry">Kernel, stride and padding.</param>
    /// <param name="inputs">Columns of the input.</param>
    /// <param name="outputs">Columns of the output.</param>
    /// <returns>The first one, and one past the last; none where First ≥ End.</returns>
    public static (int First, int End)[] Columns(ConvolutionGeometry geometry, int inputs, int outputs)
    {
        var columns = new (int First, int End)[geometry.Kernel];
        for (int kx = 0; kx < columns.Length; kx++)
        {
            int left = kx - geometry.PadLeft, stride = geometry.Stride;
            columns[kx] = (Math.Max(0, (-left + stride - 1) / stride), Math.Min(outputs, (inputs - left + stride - 1) / stride));
        }

        return columns;
    }

    /// <summary>Adds what one input channel contributes to one output channel.</summary>
    private static void AddChannel(Tensor x, int image, int channel, Tensor y, int output, ReadOnlySpan<double> kernel, ConvolutionGeometry geometry,
        (int First, int End)[] columns)
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
                    (int first, int end) = columns[kx];
                    for (int ox = first; ox < end; ox++) to[ox] += w * from[ox * stride + left];
                }
            }
        }
    }
}
