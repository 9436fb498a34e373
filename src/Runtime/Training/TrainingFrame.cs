namespace EfficientNet.Runtime;

/// <summary>
/// What one worker gets for one training step: forward in training mode, loss, backward. All pointers are to floats, on 64-byte boundaries where
/// not said otherwise; a trainer has checked every length, so the generated code checks none.
/// </summary>
public readonly unsafe struct TrainingFrame
{
    /// <summary>The images, NCHW: <c>[Images][3][Resolution][Resolution]</c>. Aligned as a float is.</summary>
    public float* Input { get; init; }

    /// <summary>Receives the gradient of the loss with respect to the images, laid out like them; null where nobody wants it.</summary>
    public float* InputGradient { get; init; }

    /// <summary>Targets from 0 to 1, <c>[Images][Classes]</c>; of an image with one label they sum to 1.</summary>
    public float* Targets { get; init; }

    /// <summary>Receives the logits, <c>[Images][Classes, rounded up to 16]</c>.</summary>
    public float* Logits { get; init; }

    /// <summary>Receives the loss of every image, <c>[Images]</c>.</summary>
    public float* Loss { get; init; }

    /// <summary>What the loss is told: label smoothing, the factor of every image's gradient (1 / batch), and how many classes are used.</summary>
    public float* LossOptions { get; init; }

    /// <summary>The parameters.</summary>
    public float* Parameters { get; init; }

    /// <summary>Their gradients, laid out like them, to which the step adds.</summary>
    public float* Gradients { get; init; }

    /// <summary>Running mean and variance of every BatchNorm, which the step moves.</summary>
    public float* Statistics { get; init; }

    /// <summary>Masks of stochastic depth and dropout: 0 or 1 / keep.</summary>
    public float* Masks { get; init; }

    /// <summary>Maps of every image, image after image.</summary>
    public float* Maps { get; init; }

    /// <summary>Vectors of every image; of each vector, those of all images side by side.</summary>
    public float* Vectors { get; init; }

    /// <summary>What is kept once for all images.</summary>
    public float* Records { get; init; }

    /// <summary>This worker's own scratch memory.</summary>
    public float* Scratch { get; init; }

    /// <summary>Whether an image may have any number of labels: sigmoid instead of softmax.</summary>
    public bool MultiLabel { get; init; }

    /// <summary>The first part of the network that is trained: parts before it use their running statistics and get no gradients. 0 trains all.</summary>
    public int FirstTrained { get; init; }

    /// <summary>Number of images.</summary>
    public nint Images { get; init; }

    /// <summary>This worker's number, from 0.</summary>
    public nint Worker { get; init; }

    /// <summary>Number of workers.</summary>
    public nint Workers { get; init; }

    /// <summary>Where the workers of this step meet.</summary>
    public TeamBarrier Barrier { get; init; }

    /// <summary>The kernels to run.</summary>
    public InstructionSet InstructionSet { get; init; }
}
