namespace EfficientNet.Numerics.Tests.Reference;

/// <summary>1 / (1 + e^−x): the gate of squeeze-excite.</summary>
internal static class Sigmoid
{
    public static Tensor Forward(Tensor x) => x.Map(Of);

    /// <summary>Written so that the exponential never overflows, and small results keep their relative precision.</summary>
    public static double Of(double x)
    {
        double e = Math.Exp(-Math.Abs(x));
        return x >= 0 ? 1 / (1 + e) : e / (1 + e);
    }
}
