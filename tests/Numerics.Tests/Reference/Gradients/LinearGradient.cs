namespace EfficientNet.Numerics.Tests.Reference.Gradients;

/// <summary>The adjoint of <see cref="Linear"/>: dx = dy · w, dw[o, i] = Σ dy[n, o] · x[n, i], db[o] = Σ dy[n, o].</summary>
internal static class LinearGradient
{
    /// <param name="x">[N, I], or [N, I, 1, 1]; its gradient has the same shape.</param>
    /// <param name="weight">[O, I].</param>
    /// <param name="dy">[N, O].</param>
    public static (Tensor X, Tensor Weight, Tensor Bias) Of(Tensor x, Tensor weight, Tensor dy)
    {
        int outputs = weight.Shape[0], inputs = weight.Shape[1];
        Tensor dx = Tensor.Like(x), dw = Tensor.Like(weight);
        for (int image = 0; image < x.Images; image++)
        {
            for (int o = 0; o < outputs; o++)
            {
                double gradient = dy.Data[image * outputs + o];
                for (int i = 0; i < inputs; i++)
                {
                    dx.Data[image * inputs + i] += gradient * weight.Data[o * inputs + i];
                    dw.Data[o * inputs + i] += gradient * x.Data[image * inputs + i];
                }
            }
        }

        return (dx, dw, ConvolutionGradient.OfBias(dy));
    }
}
