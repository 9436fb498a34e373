using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;

namespace EfficientNet.Numerics.Tests.Kernels.Gradients;

/// <summary>What every weight gradient has to make, from maps as tensors: dw[k][n] = before + Σ x[k]·dy[n] over images and positions.</summary>
internal static class OuterProducts
{
    /// <summary>Gradient of a matrix of weights [N, K].</summary>
    /// <param name="before">[N, K], what the gradient holds before.</param>
    /// <param name="x">[images, K, H, W]; errors as in the arithmetic that made it.</param>
    /// <param name="dy">[images, N, H, W].</param>
    /// <param name="sums">Sums in which the products are made before they are added to the gradient.</param>
    public static Bounded Weights(Tensor before, Bounded x, Tensor dy, int sums)
    {
        int inputs = before.Shape[1], outputs = before.Shape[0];
        return Sum(before, x.Value.Images * x.Value.Positions, sums, (n, add) =>
        {
            for (int image = 0; image < x.Value.Images; image++)
            {
                int k = n % inputs, o = n / inputs;
                ReadOnlySpan<double> a = x.Value.Plane(image, k), e = x.Error.Plane(image, k), g = dy.Plane(image, o);
                for (int p = 0; p < g.Length; p++) add(a[p] * g[p], e[p] * Math.Abs(g[p]));
            }
        });
    }

    /// <summary>Gradient of biases [N].</summary>
    public static Bounded Biases(Tensor before, Tensor dy, int sums) => Sum(before, dy.Images * dy.Positions, sums, (n, add) =>
    {
        for (int image = 0; image < dy.Images; image++)
        {
            foreach (double g in dy.Plane(image, n)) add(g, 0);
        }
    });

    /// <summary>[N, K] as the rows of a panel that has all of them, [K][N].</summary>
    public static double[] Rows(Tensor matrix)
    {
        int outputs = matrix.Shape[0], inputs = matrix.Shape[1];
        var rows = new double[matrix.Data.Length];
        for (int i = 0; i < rows.Length; i++) rows[i % inputs * outputs + i / inputs] = matrix.Data[i];
        return rows;
    }

    /// <summary>Each term rounds twice where multiplication and addition are apart; each partial sum once more (<see cref="Bounds"/>).</summary>
    private static Bounded Sum(Tensor before, int terms, int sums, Action<int, Action<double, double>> each)
    {
        Tensor value = Tensor.Like(before), error = Tensor.Like(before);
        double roundings = (terms + sums + 2) * Bounds.Epsilon;
        for (int i = 0; i < before.Data.Length; i++)
        {
            double sum = before.Data[i], magnitude = Math.Abs(before.Data[i]), input = 0;
            each(i, (term, off) =>
            {
                sum += term;
                magnitude += Math.Abs(term) + off;
                input += off;
            });
            value.Data[i] = sum;
            error.Data[i] = input + roundings * magnitude;
        }

        return new Bounded(value, error);
    }
}
