using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>The tensors of a network in training, from its description.</summary>
internal static class ParameterTable
{
    /// <summary>Floats of a line: the lanes of a block of channels.</summary>
    public const int Lanes = 16;

    /// <summary>All tensors, layer by layer, running statistics among them.</summary>
    /// <param name="description">The network.</param>
    /// <param name="classes">Rows of the classifier: the first so many of its classes.</param>
    public static IReadOnlyList<ParameterTensor> Of(TrainingDescription description, int classes)
    {
        List<ParameterTensor> tensors = [];
        foreach (ConvolutionWeights layer in description.Weights)
        {
            // The classifier is the last layer.
            int outputs = classes < description.Network.Classes && ReferenceEquals(layer, description.Weights[^1]) ? classes : layer.Outputs;
            IReadOnlyList<long> shape = layer.Kernel == 0 ? [outputs, layer.Inputs] : [outputs, layer.Inputs, layer.Kernel, layer.Kernel];
            tensors.Add(new ParameterTensor(ParameterKind.Weight, layer.Names, ".weight", shape, () => Weights(layer, outputs)));
            if (layer.HasBias)
                tensors.Add(new ParameterTensor(ParameterKind.Bias, layer.Names, ".bias", [outputs], () => Biases(layer, outputs)));
        }

        foreach (BatchNormPlace norm in description.BatchNorms)
        {
            IReadOnlyList<long> shape = [norm.Channels];
            tensors.Add(new ParameterTensor(ParameterKind.Gamma, norm.Names, ".weight", shape, () => [new TensorRow(0, norm.Channels, norm.GammaAt, 1)]));
            tensors.Add(new ParameterTensor(ParameterKind.Beta, norm.Names, ".bias", shape, () => [new TensorRow(0, norm.Channels, norm.BetaAt, 1)]));
            tensors.Add(new ParameterTensor(ParameterKind.RunningMean, norm.Names, ".running_mean", shape, () => Statistics(norm, 0)));
            tensors.Add(new ParameterTensor(ParameterKind.RunningVariance, norm.Names, ".running_var", shape, () => Statistics(norm, Lanes)));
        }

        return tensors.AsReadOnly();
    }

    /// <summary>The formulas of <see cref="ConvolutionWeights"/>, output by output.</summary>
    private static IEnumerable<TensorRow> Weights(ConvolutionWeights layer, int outputs)
    {
        int reduction = layer.Inputs * layer.Taps;
        for (int n = 0; n < outputs; n++)
        {
            (long at, int step) = PackedIndex.Row(layer, n);
            int count;
            for (int from = 0; from < reduction; from += count)
            {
                (long group, count) = PackedIndex.ReductionGroup(layer, from);
                yield return new TensorRow(n * reduction + from, count, at + group * layer.ReductionStride, step);
            }
        }
    }

    private static IEnumerable<TensorRow> Biases(ConvolutionWeights layer, int outputs)
    {
        for (int n = 0; n < outputs; n++)
            yield return new TensorRow(n, 1, PackedIndex.Bias(layer, n), 1);
    }

    private static IEnumerable<TensorRow> Statistics(BatchNormPlace norm, int behind)
    {
        for (int first = 0; first < norm.Channels; first += Lanes)
            yield return new TensorRow(first, Math.Min(Lanes, norm.Channels - first), norm.StatisticsAt + 2L * first + behind, 1);
    }
}
