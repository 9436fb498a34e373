namespace EfficientNet.Numerics.Tests.Reference;

/// <summary>The loss of several labels an image: the mean over images and classes of −t · log σ(x) − (1 − t) · log(1 − σ(x)).</summary>
internal static class BinaryCrossEntropy
{
    /// <param name="x">[N, classes].</param>
    /// <param name="targets">[N, classes], each from 0 to 1.</param>
    public static double Forward(Tensor x, Tensor targets)
    {
        x.Data.Length.ShouldBe(targets.Data.Length);
        double loss = 0;
        for (int i = 0; i < x.Data.Length; i++)
        {
            // log(1 + e^x) − t · x, without an exponential that overflows.
            loss += Math.Max(x.Data[i], 0) + Math.Log(1 + Math.Exp(-Math.Abs(x.Data[i]))) - targets.Data[i] * x.Data[i];
        }

        return loss / x.Data.Length;
    }
}
