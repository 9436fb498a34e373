namespace EfficientNet.Numerics.Tests.Reference.Gradients;

/// <summary>The adjoints of <see cref="Linear"/>; that of the bias is a convolution's.</summary>
internal static class LinearGradient
{
    /// <summary>dx[n, i] = Σ dy[n, o] · w[o, i].</summary>
    /// <param name="dy">[N, O].</param>
    /// <param name="weight">[O, I].</param>
    /// <returns>[N, I].</returns>
    public static Tensor OfInput(Tensor dy, Tensor weight)
    {
        int outputs = weight.Shape[0], inputs = weight.Shape[1];
        var dx = new Tensor(dy.Images, inputs);
        Parallel.For(0, dy.Images, image =>
        {
            Span<double> row = dx.Data.AsSpan(image * inputs, inputs);
            for (int o = 0; o < outputs; o++) Rows.AddScaled(row, dy.Data[image * outputs + o], weight.Data.AsSpan(o * inputs, inputs));
        });
        return dx;
    }

    /// <summary>dw[o, i] = Σ dy[n, o] · x[n, i].</summary>
    /// <param name="x">[N, I], or [N, I, 1, 1].</param>
    /// <param name="dy">[N, O].</param>
    /// <returns>[O, I].</returns>
    public static Tensor OfWeight(Tensor x, Tensor dy)
    {
        int outputs = dy.Channels, inputs = x.Channels;
        var dw = new Tensor(outputs, inputs);
        Parallel.For(0, outputs, o =>
        {
            Span<double> row = dw.Data.AsSpan(o * inputs, inputs);
            for (int image = 0; image < x.Images; image++) Rows.AddScaled(row, dy.Data[image * outputs + o], x.Data.AsSpan(image * inputs, inputs));
        });
        return dw;
    }
}
