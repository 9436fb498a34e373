using EfficientNet.Compiler.Graph;

namespace EfficientNet.Numerics.Tests.Reference.Gradients;

/// <summary>The adjoints of <see cref="Convolution"/>: every product of its formula, gone through again.</summary>
internal static class ConvolutionGradient
{
    /// <summary>dx[n, i, iy, ix] = Σ w[o, i, ky, kx] · dy[n, o, oy, ox] over all products that read the value.</summary>
    /// <param name="dy">[N, O, height, width].</param>
    /// <param name="weight">[O, I, k, k]; [C, 1, k, k] when depthwise.</param>
    /// <param name="input">Shape of one image's input.</param>
    /// <param name="geometry">As in the forward pass.</param>
    /// <param name="depthwise">Every channel is a group of its own.</param>
    /// <returns>[N, I, H, W].</returns>
    public static Tensor OfInput(Tensor dy, Tensor weight, Shape input, ConvolutionGeometry geometry, bool depthwise)
    {
        if (Convolution.IsPointwise(geometry, depthwise))
        {
            return PositionRows.ToMap(LinearGradient.OfInput(PositionRows.Of(dy), weight), dy.Images, input.Height, input.Width);
        }

        var dx = new Tensor(dy.Images, input.Channels, input.Height, input.Width);
        (int First, int End)[] columns = Convolution.Columns(geometry, input.Width, dy.Width);
        Parallel.For(0, dy.Images * input.Channels, job =>
        {
            int image = job / input.Channels, i = job % input.Channels;
            // A depthwise channel is read by its own output alone.
            for (int o = depthwise ? i : 0; o < (depthwise ? i + 1 : dy.Channels); o++)
            {
                AddOutput(dy, image, o, dx, i, weight.Plane(o, depthwise ? 0 : i), geometry, columns);
            }
        });
        return dx;
    }

    /// <summary>dw[o, i, ky, kx] = Σ dy[n, o, oy, ox] · x[n, i, oy·s + ky − top, ox·s + kx − left] over images and outputs.</summary>
    /// <param name="x">[N, I, H, W], what the convolution read.</param>
    /// <param name="dy">[N, O, height, width].</param>
    /// <param name="geometry">As in the forward pass.</param>
    /// <param name="depthwise">Every channel is a group of its own.</param>
    /// <returns>[O, I, k, k]; [C, 1, k, k] when depthwise.</returns>
    public static Tensor OfWeight(Tensor x, Tensor dy, ConvolutionGeometry geometry, bool depthwise)
    {
        if (Convolution.IsPointwise(geometry, depthwise))
        {
            return LinearGradient.OfWeight(PositionRows.Of(x), PositionRows.Of(dy)).Reshape(dy.Channels, x.Channels, 1, 1);
        }

        var dw = new Tensor(dy.Channels, depthwise ? 1 : x.Channels, geometry.Kernel, geometry.Kernel);
        (int First, int End)[] columns = Convolution.Columns(geometry, x.Width, dy.Width);
        Parallel.For(0, dy.Channels, o =>
        {
            for (int image = 0; image < x.Images; image++)
            {
                for (int i = 0; i < dw.Channels; i++) AddImage(x, image, depthwise ? o : i, dy, o, dw.Plane(o, i), geometry, columns);
            }
        });
        return dw;
    }

    /// <summary>db[o] = Σ dy[n, o, …] over images and positions.</summary>
    public static Tensor OfBias(Tensor dy)
    {
        var db = new Tensor(dy.Channels);
        for (int image = 0; image < dy.Images; image++)
        {
            for (int o = 0; o < dy.Channels; o++)
            {
                foreach (double value in dy.Plane(image, o)) db.Data[o] += value;
            }
        }

        return db;
    }

    /// <summary>Adds what one output channel gives back to one input channel.</summary>
    private static void AddOutput(Tensor dy, int image, int output, Tensor dx, int channel, ReadOnlySpan<double> kernel, ConvolutionGeometry geometry,
        (int First, int End)[] columns)
    {
        int k = geometry.Kernel, stride = geometry.Stride;
        for (int oy = 0; oy < dy.Height; oy++)
        {
            ReadOnlySpan<double> from = dy.Row(image, output, oy);
            for (int ky = 0; ky < k; ky++)
            {
                int iy = oy * stride + ky - geometry.PadTop;
                if (iy < 0 || iy >= dx.Height) continue;
                Span<double> to = dx.Row(image, channel, iy);
                for (int kx = 0; kx < k; kx++)
                {
                    double w = kernel[ky * k + kx];
                    int left = kx - geometry.PadLeft;
                    (int first, int end) = columns[kx];
                    for (int ox = first; ox < end; ox++) to[ox * stride + left] += w * from[ox];
                }
            }
        }
    }

    /// <summary>Adds one image's products of one input channel with one output channel to every tap.</summary>
    private static void AddImage(Tensor x, int image, int channel, Tensor dy, int output, Span<double> taps, ConvolutionGeometry geometry,
        (int First, int End)[] columns)
    {
        int k = geometry.Kernel, stride = geometry.Stride;
        for (int oy = 0; oy < dy.Height; oy++)
        {
            ReadOnlySpan<double> gradients = dy.Row(image, output, oy);
            for (int ky = 0; ky < k; ky++)
            {
                int iy = oy * stride + ky - geometry.PadTop;
                if (iy < 0 || iy >= x.Height) continue;
                ReadOnlySpan<double> values = x.Row(image, channel, iy);
                for (int kx = 0; kx < k; kx++)
                {
                    int left = kx - geometry.PadLeft;
                    (int first, int end) = columns[kx];
                    double sum = 0;
                    for (int ox = first; ox < end; ox++) sum += gradients[ox] * values[ox * stride + left];
                    taps[ky * k + kx] += sum;
                }
            }
        }
    }
}
