namespace EfficientNet.Training;

/// <summary>How one class came out.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Count">Images that are of it.</param>
/// <param name="Correct">Of these, those that were taken for it.</param>
/// <param name="Predicted">Images that were taken for it.</param>
/// <param name="AveragePrecision">Mean over its images of the precision at the image's logit, equal logits being one threshold; of many labels only, otherwise 0.</param>
public sealed record ClassResult(string Name, long Count, long Correct, long Predicted, double AveragePrecision)
{
    /// <summary>Part of the images taken for it that are of it; 0 where none was.</summary>
    public double Precision => Predicted == 0 ? 0 : (double)Correct / Predicted;

    /// <summary>Part of its images that were taken for it; 0 where there are none.</summary>
    public double Recall => Count == 0 ? 0 : (double)Correct / Count;

    /// <summary>Harmonic mean of precision and recall.</summary>
    public double F1 => Precision + Recall == 0 ? 0 : 2 * Precision * Recall / (Precision + Recall);
}

/// <summary>An image that a network was sure about, and wrong.</summary>
/// <param name="Index">The image's number in its data set.</param>
/// <param name="Expected">Its class.</param>
/// <param name="Predicted">The class it was taken for.</param>
/// <param name="Probability">How sure the network was.</param>
public sealed record Mistake(int Index, int Expected, int Predicted, double Probability);
