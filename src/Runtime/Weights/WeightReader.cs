namespace EfficientNet.Runtime;

/// <summary>
/// Reads a network's weights from a file as <see cref="WeightLoader"/> does, layer by layer and unpacked: for writing
/// them in another form. Only the largest tensor is ever in memory.
/// </summary>
/// <remarks>Not safe for concurrent use. The file stays the caller's and must stay open.</remarks>
public sealed class WeightReader : IDisposable
{
    private readonly NetworkDescription _network;
    private readonly WeightFile _file;
    private readonly CheckedWeights _checked;
    private readonly TensorReader _reader;
    private readonly Dictionary<string, double> _epsilons;

    /// <summary>Checks that a file has exactly the tensors that a network needs, under one naming scheme.</summary>
    /// <param name="network">The network.</param>
    /// <param name="file">The file, of either format.</param>
    /// <param name="warning">Receives one-line warnings, as <see cref="NetworkOptions.Warning"/> does; null for no one.</param>
    /// <exception cref="WeightFileException">The file does not fit the network, or its metadata cannot be understood.</exception>
    public WeightReader(NetworkDescription network, WeightFile file, Action<string>? warning = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(file);
        _network = network;
        _file = file;
        _checked = CheckedWeights.Of(network, file, warning);
        _reader = new TensorReader(file);
        _epsilons = network.Weights.Where(layer => layer.BatchNorm is not null).ToDictionary(layer => $"{NameOf(layer.BatchNorm!)}.running_var", layer => layer.Epsilon);
    }

    /// <summary>Rows of the file's classifier: the network's classes, or the first so many of them, where it was trained for fewer.</summary>
    public int KnownClasses => _checked.Classes;

    /// <summary>Whose names the file's tensors have.</summary>
    internal NamingScheme Scheme => _checked.Scheme;

    /// <summary>What a layer is called in the file: the prefix of its tensors' names.</summary>
    /// <param name="names">The layer's names.</param>
    public string NameOf(ParameterNames names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return names.In(_checked.Scheme);
    }

    /// <summary>What a file made of this one is to say about itself: the network's metadata, but padding and epsilon as
    /// this file says or its names suggest, so that a wrong combination is not hidden, and preprocessing and labels of an image as it says.</summary>
    /// <param name="labels">The names of the classes; null for those that the file brings along, else the network's, if there are any.</param>
    /// <exception cref="ArgumentException">There is another number of labels than of classes.</exception>
    /// <exception cref="WeightFileException">None are given, and the file has another number of them.</exception>
    public WeightMetadata Describe(IReadOnlyList<string>? labels = null)
    {
        return _checked.Describe(_network, labels, _file.Name);
    }

    /// <summary>Reads a tensor as it is.</summary>
    /// <param name="name">Its name in the file.</param>
    /// <returns>Its values, row-major; valid until the next call.</returns>
    /// <exception cref="WeightFileException">There is no such tensor, the file ends too early, a value is NaN or
    /// infinite, or a running variance is too negative for its layer's epsilon.</exception>
    public ReadOnlySpan<float> Read(string name)
    {
        ReadOnlySpan<float> values = _reader.Read(name, 0, checked((int)_file.FindFloats(name).Count));
        if (_epsilons.TryGetValue(name, out double epsilon))
            FoldedBatchNorm.ThrowIfNegative(values, epsilon, name, _file.Name);
        return values;
    }

    /// <summary>Reads a layer's weight and bias with its BatchNorm folded in, as kernels compute with them; of <see cref="PackedForm.Winograd"/> before the transform.</summary>
    /// <param name="layer">One of the network's layers.</param>
    /// <param name="weights">Receives the weight, row-major; exactly as long as it.</param>
    /// <param name="bias">Receives the bias, one value an output; zeros for a layer that has neither bias nor BatchNorm.</param>
    /// <exception cref="ArgumentException">A span has another length.</exception>
    /// <exception cref="WeightFileException">A tensor cannot be read, a variance is too negative, or a folded value is too
    /// large for a float.</exception>
    public void ReadFolded(ConvolutionWeights layer, Span<float> weights, Span<float> bias)
    {
        ArgumentNullException.ThrowIfNull(layer);
        int reduction = layer.Inputs * layer.Taps;
        if (weights.Length != (long)layer.Outputs * reduction)
            throw new ArgumentException($"The weight has {(long)layer.Outputs * reduction} values: the span holds {weights.Length}.", nameof(weights));
        if (bias.Length != layer.Outputs)
            throw new ArgumentException($"The bias has {layer.Outputs} values: the span holds {bias.Length}.", nameof(bias));

        // BatchNorm first, because its tensors go through the same buffer as the weight.
        FoldedBatchNorm norm = FoldedBatchNorm.Read(layer, _checked.Scheme, _reader, _file.Name);
        string name = $"{NameOf(layer.Names)}.weight";
        ReadOnlySpan<float> own = _reader.Read(name, 0, weights.Length);
        for (int n = 0; n < layer.Outputs; n++)
        {
            for (int k = n * reduction; k < (n + 1) * reduction; k++)
                weights[k] = FoldedBatchNorm.Round(own[k] * norm.Scale[n], _file.Name, name, n);
            bias[n] = FoldedBatchNorm.Round(norm.Bias[n], _file.Name, name, n);
        }
    }

    /// <summary>Gives the buffer back; the file is left open.</summary>
    public void Dispose()
    {
        _reader.Dispose();
    }
}
