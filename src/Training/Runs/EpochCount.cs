namespace EfficientNet.Training;

/// <summary>Sums over an epoch so far.</summary>
/// <param name="Loss">Of every image's loss.</param>
/// <param name="Right">Images whose class had the largest logit.</param>
/// <param name="Seen">Images.</param>
internal readonly record struct EpochCount(double Loss, double Right, double Seen)
{
    /// <summary>Mean loss; 0 before the first image.</summary>
    public double MeanLoss => Seen == 0 ? 0 : Loss / Seen;

    /// <summary>Part that was right.</summary>
    public double Accuracy => Seen == 0 ? 0 : Right / Seen;

    /// <summary>With one more batch.</summary>
    public EpochCount With(double meanLoss, int right, int images)
    {
        return new EpochCount(Loss + meanLoss * images, Right + right, Seen + images);
    }
}
