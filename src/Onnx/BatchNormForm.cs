namespace EfficientNet.Onnx;

/// <summary>What becomes of BatchNorm in an exported model.</summary>
public enum BatchNormForm
{
    /// <summary>A <c>BatchNormalization</c> node behind each convolution: every tensor of the weight file is in the model
    /// under its own name.</summary>
    Kept,

    /// <summary>Folded into the convolutions in double precision, rounded once, as the compiled network does when it loads weights.</summary>
    Folded,
}
