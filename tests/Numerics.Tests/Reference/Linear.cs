namespace EfficientNet.Numerics.Tests.Reference;

/// <summary>y[n, o] = b[o] + Σ w[o, i] · x[n, i].</summary>
internal static class Linear
{
    /// <param name="x">[N, I], or [N, I, 1, 1] as pooling leaves it.</param>
    /// <param name="weight">[O, I].</param>
    /// <param name="bias">[O].</param>
    /// <returns>[N, O].</returns>
    public static Tensor Forward(Tensor x, Tensor weight, Tensor bias)
    {
        int outputs = weight.Shape[0], inputs = weight.Shape[1];
        var y = new Tensor(x.Images, outputs);
        for (int image = 0; image < x.Images; image++)
        {
            for (int o = 0; o < outputs; o++)
            {
                double sum = bias.Data[o];
                for (int i = 0; i < inputs; i++) sum += weight.Data[o * inputs + i] * x.Data[image * inputs + i];
                y.Data[image * outputs + o] = sum;
            }
        }

        return y;
    }
}
