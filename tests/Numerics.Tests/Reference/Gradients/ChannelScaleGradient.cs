namespace EfficientNet.Numerics.Tests.Reference.Gradients;

/// <summary>The adjoint of <see cref="ChannelScale"/>: dx = dy · gate, dgate[n, c] = Σ dy · x over the positions.</summary>
internal static class ChannelScaleGradient
{
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="gate">[N, C, 1, 1].</param>
    /// <param name="dy">[N, C, H, W].</param>
    public static (Tensor X, Tensor Gate) Of(Tensor x, Tensor gate, Tensor dy)
    {
        Tensor dgate = Tensor.Like(gate);
        for (int image = 0; image < x.Images; image++)
        {
            for (int c = 0; c < x.Channels; c++)
            {
                ReadOnlySpan<double> values = x.Plane(image, c), gradients = dy.Plane(image, c);
                double sum = 0;
                for (int i = 0; i < values.Length; i++) sum += gradients[i] * values[i];
                dgate.Plane(image, c)[0] = sum;
            }
        }

        return (ChannelScale.Forward(dy, gate), dgate);
    }
}
