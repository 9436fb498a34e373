using EfficientNet.Compiler.Graph;

namespace EfficientNet.Numerics.Tests.Reference;

/// <summary>Winograd's F(2×2, 3×3) as its formula says, Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A, and what bounds its roundings.</summary>
/// <remarks>
/// Over n input channels a value is rounded once as a transformed weight, twice as a transformed input, n times in the sum of products, once more
/// as a product where a processor multiplies and adds apart, and four times on the way to the output. Each rounding is at most ε = 2⁻²⁴ of something that does
/// not exceed the same formula with the magnitudes of all its numbers; one more ε stands for the terms of second order.
/// </remarks>
internal static class WinogradBound
{
    public static readonly double[,] A = { { 1, 0 }, { 1, 1 }, { 1, -1 }, { 0, -1 } };

    public static readonly double[,] B = { { 1, 0, 0, 0 }, { 0, 1, -1, 1 }, { -1, 1, 1, 0 }, { 0, 0, 0, -1 } };

    public static readonly double[,] G = { { 1, 0, 0 }, { 0.5, 0.5, 0.5 }, { 0.5, -0.5, 0.5 }, { 0, 0, 1 } };

    /// <summary>Roundings of a value.</summary>
    public static int Roundings(int channels) => channels + 9;

    /// <summary>left · value · leftᵀ, where the value lies row by row.</summary>
    public static double[] Transform(double[,] left, double[] value)
    {
        (int side, int from) = (left.GetLength(0), left.GetLength(1));
        var result = new double[side * side];
        for (int i = 0; i < side * side; i++)
        {
            for (int k = 0; k < from * from; k++) result[i] += left[i / side, k / from] * left[i % side, k % from] * value[k];
        }

        return result;
    }

    public static double[,] Transposed(double[,] matrix)
    {
        var result = new double[matrix.GetLength(1), matrix.GetLength(0)];
        for (int i = 0; i < matrix.GetLength(0); i++)
        {
            for (int j = 0; j < matrix.GetLength(1); j++) result[j, i] = matrix[i, j];
        }

        return result;
    }

    public static double[,] Magnitudes(double[,] matrix)
    {
        var result = (double[,])matrix.Clone();
        for (int i = 0; i < matrix.GetLength(0); i++)
        {
            for (int j = 0; j < matrix.GetLength(1); j++) result[i, j] = Math.Abs(matrix[i, j]);
        }

        return result;
    }

    /// <summary>The whole formula with magnitudes, for every output: for each place in a tile a convolution of 4×4 inputs.</summary>
    /// <param name="x">[1, C, H, W], none negative.</param>
    /// <param name="weight">[O, C, 3, 3], none negative.</param>
    /// <param name="bias">[O], or nothing: every output has it once.</param>
    /// <returns>[1, O, H, W].</returns>
    public static Tensor Convolve(Tensor x, Tensor weight, Tensor? bias)
    {
        (int outputs, int channels) = (weight.Shape[0], weight.Shape[1]);
        var result = new Tensor(1, outputs, x.Height, x.Width);
        for (int place = 0; place < 4; place++)
        {
            (int down, int right) = (place / 2, place % 2);
            double[,] rows = AlongOne(down), columns = AlongOne(right);
            var kernel = new Tensor(outputs, channels, 4, 4);
            for (int i = 0; i < kernel.Data.Length; i++)
            {
                ReadOnlySpan<double> g = weight.Data.AsSpan(i / 16 * 9, 9);
                for (int tap = 0; tap < 9; tap++) kernel.Data[i] += g[tap] * rows[tap / 3, i % 16 / 4] * columns[tap % 3, i % 4];
            }

            Tensor tiles = Convolution.Forward(x, kernel, null, new ConvolutionGeometry(4, 2, 1, 1), depthwise: false, (x.Height + 1) / 2, (x.Width + 1) / 2);
            for (int o = 0; o < outputs; o++)
            {
                for (int row = down; row < x.Height; row += 2)
                {
                    ReadOnlySpan<double> from = tiles.Row(0, o, row / 2);
                    Span<double> to = result.Row(0, o, row);
                    for (int column = right; column < x.Width; column += 2) to[column] = from[column / 2] + (bias?.Data[o] ?? 0);
                }
            }
        }

        return result;
    }

    /// <summary>Along one side: how often at most each of four inputs, times each of three taps, counts for an output.</summary>
    private static double[,] AlongOne(int output)
    {
        var counts = new double[3, 4];
        for (int point = 0; point < 4; point++)
        {
            for (int tap = 0; tap < 3; tap++)
            {
                for (int input = 0; input < 4; input++) counts[tap, input] += Math.Abs(A[point, output] * G[point, tap] * B[input, point]);
            }
        }

        return counts;
    }
}
