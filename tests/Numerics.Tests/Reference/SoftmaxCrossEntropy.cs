namespace EfficientNet.Numerics.Tests.Reference;

/// <summary>The training loss: the mean over images of −Σ target · log softmax(x).</summary>
internal static class SoftmaxCrossEntropy
{
    /// <param name="x">[N, classes].</param>
    /// <param name="targets">The right class of every image.</param>
    /// <param name="smoothing">This much of the target is spread evenly over all classes.</param>
    public static double Forward(Tensor x, IReadOnlyList<int> targets, double smoothing)
    {
        double loss = 0;
        for (int image = 0; image < x.Images; image++)
        {
            double logSum = Softmax.LogSum(x, image);
            for (int c = 0; c < x.Channels; c++)
            {
                double target = smoothing / x.Channels + (c == targets[image] ? 1 - smoothing : 0);
                loss += target * (logSum - x.Plane(image, c)[0]);
            }
        }

        return loss / x.Images;
    }
}
