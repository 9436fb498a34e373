namespace EfficientNet.Numerics.Tests.Reference.Gradients;

/// <summary>Gradients of one BatchNorm.</summary>
/// <param name="X">Of its input, [N, C, H, W].</param>
/// <param name="Gamma">[C].</param>
/// <param name="Beta">[C].</param>
internal sealed record BatchNormGradients(Tensor X, Tensor Gamma, Tensor Beta);

/// <summary>The adjoints of <see cref="BatchNorm"/>, with x̂ = (x − mean) / √(variance + epsilon).</summary>
internal static class BatchNormGradient
{
    /// <summary>With running statistics, which are constants: dx = dy · gamma / √(variance + epsilon).</summary>
    public static BatchNormGradients Frozen(Tensor x, Tensor dy, Tensor gamma, Tensor mean, Tensor variance, double epsilon) =>
        Of(x, dy, gamma, mean, variance, epsilon, statisticsDependOnX: false);

    /// <summary>
    /// With the batch's own mean and biased variance, which depend on x too:
    /// dx = gamma / √(variance + epsilon) · (dy − mean of dy − x̂ · mean of dy · x̂), means over images and positions.
    /// </summary>
    public static BatchNormGradients Training(Tensor x, Tensor dy, Tensor gamma, Tensor mean, Tensor variance, double epsilon) =>
        Of(x, dy, gamma, mean, variance, epsilon, statisticsDependOnX: true);

    private static BatchNormGradients Of(Tensor x, Tensor dy, Tensor gamma, Tensor mean, Tensor variance, double epsilon, bool statisticsDependOnX)
    {
        Tensor dx = Tensor.Like(x), dgamma = Tensor.Like(gamma), dbeta = Tensor.Like(gamma);
        double count = (double)x.Images * x.Positions;
        for (int c = 0; c < x.Channels; c++)
        {
            double m = mean.Data[c], reciprocal = 1 / Math.Sqrt(variance.Data[c] + epsilon);
            double sum = 0, product = 0;
            for (int image = 0; image < x.Images; image++)
            {
                ReadOnlySpan<double> values = x.Plane(image, c), gradients = dy.Plane(image, c);
                for (int i = 0; i < values.Length; i++)
                {
                    sum += gradients[i];
                    product += gradients[i] * (values[i] - m) * reciprocal;
                }
            }

            dbeta.Data[c] = sum;
            dgamma.Data[c] = product;
            (double meanSum, double meanProduct) = statisticsDependOnX ? (sum / count, product / count) : (0, 0);
            for (int image = 0; image < x.Images; image++)
            {
                ReadOnlySpan<double> values = x.Plane(image, c), gradients = dy.Plane(image, c);
                Span<double> to = dx.Plane(image, c);
                for (int i = 0; i < to.Length; i++)
                {
                    to[i] = gamma.Data[c] * reciprocal * (gradients[i] - meanSum - (values[i] - m) * reciprocal * meanProduct);
                }
            }
        }

        return new BatchNormGradients(dx, dgamma, dbeta);
    }
}
