namespace EfficientNet.Runtime;

/// <summary>
/// What a layer's weights and bias become when the BatchNorm behind it is folded in, in double precision:
/// <c>y = gamma (w·x + b - mean) / sqrt(variance + epsilon) + beta</c> is a convolution with weights
/// <c>w · Scale</c> and the bias <c>Bias = beta + (b - mean) · Scale</c>.
/// </summary>
/// <param name="Scale">Per output; 1 without BatchNorm.</param>
/// <param name="Bias">Per output.</param>
internal sealed record FoldedBatchNorm(double[] Scale, double[] Bias)
{
    /// <summary>Reads a layer's bias and BatchNorm and folds them.</summary>
    /// <exception cref="WeightFileException">A tensor cannot be read, or a variance is too negative.</exception>
    public static FoldedBatchNorm Read(ConvolutionWeights layer, NamingScheme scheme, TensorReader reader, string file)
    {
        var scale = new double[layer.Outputs];
        var bias = new double[layer.Outputs];
        Array.Fill(scale, 1.0);
        if (layer.HasBias)
            Widen(reader.Read($"{layer.Names.In(scheme)}.bias", 0, layer.Outputs), bias);
        if (layer.BatchNorm is null)
            return new FoldedBatchNorm(scale, bias);

        string norm = layer.BatchNorm.In(scheme);
        Widen(reader.Read($"{norm}.weight", 0, layer.Outputs), scale);
        ReadOnlySpan<float> variance = reader.Read($"{norm}.running_var", 0, layer.Outputs);
        ThrowIfNegative(variance, layer.Epsilon, $"{norm}.running_var", file);
        for (int n = 0; n < scale.Length; n++)
            scale[n] /= Math.Sqrt(variance[n] + layer.Epsilon);
        ReadOnlySpan<float> mean = reader.Read($"{norm}.running_mean", 0, layer.Outputs);
        for (int n = 0; n < bias.Length; n++)
            bias[n] = (bias[n] - mean[n]) * scale[n];
        ReadOnlySpan<float> beta = reader.Read($"{norm}.bias", 0, layer.Outputs);
        for (int n = 0; n < bias.Length; n++)
            bias[n] += beta[n];
        return new FoldedBatchNorm(scale, bias);
    }

    /// <summary>A folded value as it is stored, rounded once.</summary>
    /// <param name="value">The value.</param>
    /// <param name="file">The file, for the message.</param>
    /// <param name="name">The weight it belongs to.</param>
    /// <param name="output">The output it belongs to.</param>
    /// <exception cref="WeightFileException">It is too large for a float.</exception>
    public static float Round(double value, string file, string name, int output)
    {
        float rounded = (float)value;
        return float.IsFinite(rounded) ? rounded : throw Overflow(file, name, output);
    }

    /// <summary>What is said of a folded value that is too large for a float.</summary>
    /// <param name="file">The file.</param>
    /// <param name="name">The weight it belongs to.</param>
    /// <param name="output">The output it belongs to.</param>
    /// <param name="transformed">Whether values are transformed too, so that they may be too large without a BatchNorm.</param>
    public static WeightFileException Overflow(string file, string name, int output, bool transformed = false)
    {
        string what = transformed ? $"packing {Text.Quote(name)} for Winograd's tiles" : $"folding its BatchNorm into {Text.Quote(name)}";
        return new WeightFileException(file, $"{what} overflows a float at output {output}");
    }

    /// <summary>Refuses variances that no root can be taken of.</summary>
    /// <param name="variance">BatchNorm's running variances.</param>
    /// <param name="epsilon">What is added to them.</param>
    /// <param name="name">Their tensor's name.</param>
    /// <param name="file">The file.</param>
    /// <exception cref="WeightFileException">One is too negative.</exception>
    public static void ThrowIfNegative(ReadOnlySpan<float> variance, double epsilon, string name, string file)
    {
        for (int n = 0; n < variance.Length; n++)
        {
            if (variance[n] + epsilon <= 0)
                throw new WeightFileException(file, FormattableString.Invariant($"tensor {Text.Quote(name)} holds {variance[n]} at [{n}]: with epsilon {epsilon} that has no inverse square root"));
        }
    }

    private static void Widen(ReadOnlySpan<float> source, double[] destination)
    {
        for (int i = 0; i < destination.Length; i++)
            destination[i] = source[i];
    }
}
