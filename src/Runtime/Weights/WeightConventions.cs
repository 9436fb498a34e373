namespace EfficientNet.Runtime;

/// <summary>
/// What weights were trained with and their tensors do not show. With the wrong padding or epsilon they still load and
/// give plausible but worse answers. What a file says about itself counts; without that, who named the tensors.
/// </summary>
/// <param name="Padding">"symmetric" or "same"; null when nothing tells.</param>
/// <param name="Epsilon">BatchNorm's epsilon; null when nothing tells.</param>
/// <param name="Activation">The activation; null when nothing tells.</param>
/// <param name="Side">Side of the input, in pixels; null when nothing tells.</param>
/// <param name="Evidence">What the padding was taken from, for the warning.</param>
internal sealed record WeightConventions(string? Padding, double? Epsilon, string? Activation, int? Side, string Evidence)
{
    /// <summary>What goes with SAME padding wherever weights came from TensorFlow. Symmetric padding tells nothing: torchvision's own networks have two.</summary>
    private const double TensorFlowEpsilon = 1e-3;

    /// <summary>The epsilon that the weights were trained with: what the file says, else what goes with its padding; null when nothing tells.</summary>
    public double? TrainedEpsilon => Epsilon ?? (Padding == "same" ? TensorFlowEpsilon : null);

    /// <summary>Finds them.</summary>
    /// <param name="file">The file.</param>
    /// <param name="scheme">Whose names its tensors have.</param>
    /// <param name="metadata">What it says about itself.</param>
    public static WeightConventions Of(WeightFile file, NamingScheme scheme, WeightMetadata metadata)
    {
        int? side = metadata.Preprocessing?.Crop ?? metadata.Resolution;
        if (metadata.Padding is not null)
            return new WeightConventions(metadata.Padding, metadata.Epsilon, metadata.Activation, side, "the file's metadata");
        string? padding = scheme switch
        {
            NamingScheme.TorchVision => "symmetric",
            NamingScheme.Lukemelas => "same",
            _ => TimmPadding(file),
        };
        return new WeightConventions(padding, metadata.Epsilon, metadata.Activation, side, $"{scheme.Spelling()} names");
    }

    /// <summary>Says where a network was generated for something else.</summary>
    public void Warn(NetworkDescription network, WeightFile file, Action<string> warning)
    {
        if (Padding is not null && Padding != network.Padding)
        {
            warning(Text.OneLine(
                $"{file.Name}: these look like weights trained with {Padding} padding ({Evidence}), "
                + $"but {network.Name} was generated for {network.Padding} padding: its answers will be worse than they should be."));
        }
        else if (Padding == "same" && Epsilon is null && network.Epsilon > 0 && network.Epsilon != TensorFlowEpsilon)
        {
            warning(Text.OneLine(FormattableString.Invariant(
                $"{file.Name}: these look like TensorFlow's weights ({Evidence}), trained with a BatchNorm epsilon of {TensorFlowEpsilon}, but {network.Name} was generated for {network.Epsilon}: its answers will be worse than they should be.")));
        }
        if (Epsilon is { } epsilon && epsilon != network.Epsilon)
        {
            warning(Text.OneLine(FormattableString.Invariant(
                $"{file.Name}: its metadata says that BatchNorm's epsilon is {epsilon}, but {network.Name} was generated for {network.Epsilon}: its answers will be worse than they should be.")));
        }
        if (Side is { } side && side != network.Resolution)
        {
            warning(Text.OneLine(
                $"{file.Name}: its metadata says that the input is {side}×{side} pixels, but {network.Name} was generated for "
                + $"{network.Resolution}×{network.Resolution}: its answers may be worse than they could be."));
        }
        if (Activation is not null && Activation != network.Activation)
        {
            warning(Text.OneLine(
                $"{file.Name}: its metadata says that the activation is {Activation}, but {network.Name} was generated for {network.Activation}: its answers will be wrong."));
        }
    }

    // timm has both: its tf_ models came from TensorFlow. Without the model's name nothing can be said.
    private static string? TimmPadding(WeightFile file)
    {
        if (!file.Metadata.TryGetValue("architecture", out string? model))
            return Path.GetFileName(file.Name).StartsWith("tf_efficientnet", StringComparison.Ordinal) ? "same" : null;
        return model.StartsWith("tf_", StringComparison.Ordinal) ? "same" : null;
    }
}
