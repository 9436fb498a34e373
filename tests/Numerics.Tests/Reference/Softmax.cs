namespace EfficientNet.Numerics.Tests.Reference;

/// <summary>Probabilities of a row of logits: e^x / Σ e^x, the largest taken off first so that nothing overflows.</summary>
internal static class Softmax
{
    /// <param name="x">[N, classes].</param>
    public static Tensor Forward(Tensor x)
    {
        Tensor y = Tensor.Like(x);
        for (int image = 0; image < x.Images; image++)
        {
            double logSum = LogSum(x, image);
            for (int c = 0; c < x.Channels; c++) y.Plane(image, c)[0] = Math.Exp(x.Plane(image, c)[0] - logSum);
        }

        return y;
    }

    /// <summary>log Σ e^x of one row.</summary>
    public static double LogSum(Tensor x, int image)
    {
        ReadOnlySpan<double> row = x.Data.AsSpan(image * x.Channels, x.Channels);
        double largest = double.NegativeInfinity;
        foreach (double value in row) largest = Math.Max(largest, value);
        double sum = 0;
        foreach (double value in row) sum += Math.Exp(value - largest);
        return largest + Math.Log(sum);
    }
}
