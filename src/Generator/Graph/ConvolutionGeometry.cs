using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Graph;

/// <summary>A square kernel's side and stride, and what padding it finds above and to the left of the map.</summary>
/// <param name="Kernel">Side of the kernel.</param>
/// <param name="Stride">Step between outputs, in both directions.</param>
/// <param name="PadTop">Zero rows above the map.</param>
/// <param name="PadLeft">Zero columns left of the map.</param>
internal readonly record struct ConvolutionGeometry(int Kernel, int Stride, int PadTop, int PadLeft)
{
    public static readonly ConvolutionGeometry Pointwise = new(1, 1, 0, 0);

    /// <summary>The geometry of a convolution on a map, and the map's size after it.</summary>
    public static (ConvolutionGeometry Geometry, int Height, int Width) On(Shape input, int kernel, int stride, PaddingMode padding)
    {
        (int top, int height) = Along(input.Height, kernel, stride, padding);
        (int left, int width) = Along(input.Width, kernel, stride, padding);
        return (new ConvolutionGeometry(kernel, stride, top, left), height, width);
    }

    /// <summary>How many outputs there would have to be before the first one, so that every input of the first ones is reached by as many kernels as later ones.</summary>
    /// <param name="pad">Zeros before the first input, in the direction that is asked about.</param>
    public int OutputsBefore(int pad)
    {
        int before = 0;
        for (int place = pad; place < pad + Stride; place++)
        {
            int taps = (Kernel - place % Stride + Stride - 1) / Stride;
            before = Math.Max(before, taps - 1 - place / Stride);
        }

        return before;
    }

    /// <summary>The last output, real or beyond the map, whose kernel begins at or before the last of a number of inputs.</summary>
    public int LastOutputOver(int inputs, int pad) => (inputs - 1 + pad) / Stride;

    /// <summary>
    /// Symmetric: (k − 1) / 2 on both sides, output ⌊(n − k + 2p) / s⌋ + 1.
    /// SAME: output ⌈n / s⌉, total padding max((output − 1)·s + k − n, 0), the smaller half first.
    /// </summary>
    private static (int Low, int Output) Along(int size, int kernel, int stride, PaddingMode padding)
    {
        if (padding == PaddingMode.Symmetric)
        {
            int low = (kernel - 1) / 2;
            return (low, (size - kernel + 2 * low) / stride + 1);
        }

        int output = (size + stride - 1) / stride;
        int total = Math.Max((output - 1) * stride + kernel - size, 0);
        return (total / 2, output);
    }
}
