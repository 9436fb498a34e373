namespace EfficientNet.Numerics.Tests.Reference;

/// <summary>y[n, c, …] = x[n, c, …] · gate[n, c]: the last step of squeeze-excite.</summary>
internal static class ChannelScale
{
    public static Tensor Forward(Tensor x, Tensor gate)
    {
        Tensor y = Tensor.Like(x);
        for (int image = 0; image < x.Images; image++)
        {
            for (int c = 0; c < x.Channels; c++)
            {
                double g = gate.Plane(image, c)[0];
                ReadOnlySpan<double> from = x.Plane(image, c);
                Span<double> to = y.Plane(image, c);
                for (int i = 0; i < from.Length; i++) to[i] = from[i] * g;
            }
        }

        return y;
    }
}
