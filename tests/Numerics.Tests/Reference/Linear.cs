namespace EfficientNet.Numerics.Tests.Reference;

/// <summary>y[n, o] = b[o] + Σ w[o, i] · x[n, i].</summary>
internal static class Linear
{
    /// <param name="x">[N, I], or [N, I, 1, 1] as pooling leaves it.</param>
    /// <param name="weight">[O, I].</param>
    /// <param name="bias">[O], or nothing.</param>
    /// <returns>[N, O].</returns>
    public static Tensor Forward(Tensor x, Tensor weight, Tensor? bias)
    {
        int outputs = weight.Shape[0], inputs = weight.Shape[1];
        var y = new Tensor(x.Images, outputs);
        Parallel.For(0, outputs, o =>
        {
            ReadOnlySpan<double> weights = weight.Data.AsSpan(o * inputs, inputs);
            for (int image = 0; image < x.Images; image++)
            {
                y.Data[image * outputs + o] = (bias?.Data[o] ?? 0) + Rows.Dot(weights, x.Data.AsSpan(image * inputs, inputs));
            }
        });
        return y;
    }
}
