namespace EfficientNet.Runtime;

/// <summary>
/// The trap of EfficientNet weights: those trained with TensorFlow's SAME padding and those trained with symmetric
/// padding have the same tensors, and the wrong ones give plausible but worse answers. What gives them away is who
/// named them.
/// </summary>
internal static class PaddingWarning
{
    public static void Give(NetworkDescription network, SafetensorsFile file, NamingScheme scheme, Action<string> warning)
    {
        string? trained = scheme switch
        {
            NamingScheme.TorchVision => "symmetric",
            NamingScheme.Lukemelas => "same",
            _ => TimmPadding(file),
        };
        if (trained is null || trained == network.Padding)
            return;
        warning(Text.OneLine(
            $"{file.Name}: these look like weights trained with {trained} padding ({scheme.Spelling()} names), "
            + $"but {network.Name} was generated for {network.Padding} padding: its answers will be worse than they should be."));
    }

    // timm has both: its tf_ models came from TensorFlow. Without the model's name nothing can be said.
    private static string? TimmPadding(SafetensorsFile file)
    {
        if (!file.Metadata.TryGetValue("architecture", out string? model))
            return null;
        return model.StartsWith("tf_", StringComparison.Ordinal) ? "same" : null;
    }
}
