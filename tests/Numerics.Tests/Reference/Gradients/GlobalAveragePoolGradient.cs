namespace EfficientNet.Numerics.Tests.Reference.Gradients;

/// <summary>The adjoint of <see cref="GlobalAveragePool"/>: dx[n, c, …] = dy[n, c] / positions.</summary>
internal static class GlobalAveragePoolGradient
{
    /// <param name="x">What was pooled; only its shape matters.</param>
    /// <param name="dy">[N, C, 1, 1].</param>
    public static Tensor Of(Tensor x, Tensor dy)
    {
        Tensor dx = Tensor.Like(x);
        for (int image = 0; image < x.Images; image++)
        {
            for (int c = 0; c < x.Channels; c++) dx.Plane(image, c).Fill(dy.Plane(image, c)[0] / x.Positions);
        }

        return dx;
    }
}
