namespace EfficientNet.Training;

/// <summary>Sums over an epoch so far.</summary>
/// <param name="Loss">Of every image's loss.</param>
/// <param name="Right">Images whose class had the largest logit.</param>
/// <param name="Seen">Images.</param>
internal readonly record struct EpochCount(double Loss, double Right, double Seen)
{
    /// <summary>Mean loss; NaN where no image counts, because all updates were refused.</summary>
    public double MeanLoss => Seen == 0 ? double.NaN : Loss / Seen;

    /// <summary>Part that was right; NaN where no image counts.</summary>
    public double Accuracy => Seen == 0 ? double.NaN : Right / Seen;

    /// <summary>With one more batch.</summary>
    public EpochCount With(double meanLoss, int right, int images)
    {
        return new EpochCount(Loss + meanLoss * images, Right + right, Seen + images);
    }
}
