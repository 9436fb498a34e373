namespace EfficientNet.Numerics.Tests.Reference;

/// <summary>The mean over all positions, per image and channel.</summary>
internal static class GlobalAveragePool
{
    /// <returns>[N, C, 1, 1].</returns>
    public static Tensor Forward(Tensor x)
    {
        var y = new Tensor(x.Images, x.Channels, 1, 1);
        for (int image = 0; image < x.Images; image++)
        {
            for (int c = 0; c < x.Channels; c++)
            {
                double sum = 0;
                foreach (double value in x.Plane(image, c)) sum += value;
                y.Plane(image, c)[0] = sum / x.Positions;
            }
        }

        return y;
    }
}
