namespace EfficientNet.Numerics.Tests.Reference;

/// <summary>The sum of a block's branch and its input.</summary>
internal static class Residual
{
    public static Tensor Forward(Tensor branch, Tensor shortcut)
    {
        branch.Shape.ShouldBe(shortcut.Shape);
        Tensor y = Tensor.Like(branch);
        for (int i = 0; i < y.Data.Length; i++) y.Data[i] = branch.Data[i] + shortcut.Data[i];
        return y;
    }
}
