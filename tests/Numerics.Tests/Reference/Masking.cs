namespace EfficientNet.Numerics.Tests.Reference;

/// <summary>y = x · factor: stochastic depth and dropout, whose factors are 0 or 1 / (1 − rate). It is its own adjoint.</summary>
internal static class Masking
{
    /// <param name="x">[N, C, H, W].</param>
    /// <param name="factors">[N] for stochastic depth, one an image; [N, C] for dropout of a vector, one a value.</param>
    public static Tensor Apply(Tensor x, Tensor factors)
    {
        factors.Images.ShouldBe(x.Images);
        (x.Data.Length % factors.Data.Length).ShouldBe(0);
        int values = x.Data.Length / factors.Data.Length;
        Tensor y = Tensor.Like(x);
        for (int i = 0; i < y.Data.Length; i++) y.Data[i] = x.Data[i] * factors.Data[i / values];
        return y;
    }
}
