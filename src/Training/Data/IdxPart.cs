namespace EfficientNet.Training;

/// <summary>Which of MNIST's two parts.</summary>
public enum IdxPart
{
    /// <summary>The files that begin with <c>train-</c>.</summary>
    Train,

    /// <summary>The files that begin with <c>t10k-</c> or <c>test-</c>.</summary>
    Test,
}
