namespace EfficientNet.Runtime;

/// <summary>
/// Reads a network's weights from a safetensors or a PyTorch file, told apart by content, and packs them; a file of weights that
/// <see cref="PackedWeightsFile"/> wrote for this network is read as it is, several times sooner. Tensors may be F32, F16 or BF16, and may be named
/// as torchvision, timm or lukemelas name them: the scheme under which most names match is taken. A file that was trained for fewer classes,
/// and names them in its metadata, is a network of those: see <see cref="CompiledNetwork.KnownClasses"/>. Before anything is
/// packed, every tensor that is missing, extra or misshapen is found; <c>num_batches_tracked</c> is ignored.
/// </summary>
/// <remarks>A file is read by as many threads as there are processors, but four at most, a stream by the caller's alone. Each reads one tensor after another
/// into one buffer, so that beside the packed weights only that many tensors are ever in memory. What the file says about itself goes with the weights: <see cref="PackedWeights.Metadata"/>.</remarks>
public static class WeightLoader
{
    /// <summary>Loads from a file.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">The file.</param>
    /// <returns>The packed weights, which the caller owns.</returns>
    /// <exception cref="WeightFileException">The file cannot be opened or read, is no valid safetensors or PyTorch file,
    /// does not fit the network, has another number of labels, or holds values that are not finite.</exception>
    /// <exception cref="InsufficientMemoryException">The memory cannot be had.</exception>
    public static PackedWeights Load(NetworkDescription network, string path)
    {
        return Load(network, path, null);
    }

    /// <summary>Loads from a file.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">Who is warned, and who may give up; null for no one.</param>
    /// <exception cref="OperationCanceledException">Loading was given up.</exception>
    /// <inheritdoc cref="Load(NetworkDescription, string)"/>
    public static PackedWeights Load(NetworkDescription network, string path, NetworkOptions? options)
    {
        ArgumentNullException.ThrowIfNull(network);
        using WeightFile file = WeightFile.Open(path);
        return Load(network, file, options);
    }

    /// <summary>Loads from a stream, from its position on.</summary>
    /// <param name="network">The network.</param>
    /// <param name="weights">The bytes of a safetensors or PyTorch file. The stream is not closed; if it cannot seek, it is copied
    /// into memory first.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="options">Who is warned, and who may give up; null for no one.</param>
    /// <exception cref="OperationCanceledException">Loading was given up.</exception>
    /// <inheritdoc cref="Load(NetworkDescription, string)"/>
    public static PackedWeights Load(NetworkDescription network, Stream weights, string name, NetworkOptions? options)
    {
        ArgumentNullException.ThrowIfNull(network);
        using WeightFile file = WeightFile.Open(weights, name);
        return Load(network, file, options);
    }

    /// <summary>Looks at a file without packing it: whether its tensors are the network's, and what it says about itself.
    /// Warns as loading does.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">Who is warned; null for no one.</param>
    /// <returns>Labels, preprocessing and conventions, as far as the file has them.</returns>
    /// <exception cref="WeightFileException">The file cannot be opened, is no valid safetensors or PyTorch file, or does
    /// not fit the network. Values are not read.</exception>
    public static WeightMetadata Inspect(NetworkDescription network, string path, NetworkOptions? options)
    {
        ArgumentNullException.ThrowIfNull(network);
        using WeightFile file = WeightFile.Open(path);
        return PackedWeightsFile.Is(file) ? PackedWeightsFile.Check(network, file) : Check(network, file, options).Metadata;
    }

    private static CheckedWeights Check(NetworkDescription network, WeightFile file, NetworkOptions? options)
    {
        CheckedWeights weights = CheckedWeights.Of(network, file, options?.Warning);
        weights.Metadata.ThrowIfNotOf(network, weights.Classes, file.Name);
        return weights;
    }

    private static PackedWeights Load(NetworkDescription network, WeightFile file, NetworkOptions? options)
    {
        options?.CancellationToken.ThrowIfCancellationRequested();
        if (PackedWeightsFile.Is(file))
            return PackedWeightsFile.Load(network, file, options);

        (NamingScheme scheme, _, WeightMetadata metadata, _) = Check(network, file, options);
        // Packing fills nearly all of it: its pages need not be touched before.
        var packed = new PackedWeights(AlignedBuffer.Allocate(network.PackedFloats, "packed weights", touch: false)) { Metadata = metadata };
        try
        {
            Pack(network, file, scheme, packed, options?.CancellationToken ?? default);
            return packed;
        }
        catch
        {
            packed.Dispose();
            throw;
        }
    }

    private static void Pack(NetworkDescription network, WeightFile file, NamingScheme scheme, PackedWeights packed, CancellationToken cancellationToken)
    {
        var readers = new TensorReader?[SharedLoading.Workers(network.PackedFloats, file.IsReadConcurrently)];
        // The largest first: a large one begun last would be waited for.
        ConvolutionWeights[] layers = [.. network.Weights.OrderByDescending(layer => (long)layer.Outputs * layer.Inputs * layer.Taps)];
        var packer = new WeightPacker(packed, file.Name);
        try
        {
            SharedLoading.Run(readers.Length, layers.Length, (worker, part) =>
            {
                cancellationToken.ThrowIfCancellationRequested();
                ConvolutionWeights layer = layers[part];
                TensorReader reader = readers[worker] ??= new TensorReader(file);
                // BatchNorm first, because its tensors go through the same buffer as the weight.
                FoldedBatchNorm norm = FoldedBatchNorm.Read(layer, scheme, reader, file.Name);
                string name = $"{layer.Names.In(scheme)}.weight";
                int reduction = layer.Inputs * layer.Taps;
                int atOnce = reader.RowsAtOnce(name, layer.Outputs, reduction, BlockPacker.Lanes);
                for (int first = 0; first < layer.Outputs; first += atOnce)
                {
                    int outputs = Math.Min(atOnce, layer.Outputs - first);
                    packer.Pack(layer, name, first, reader.Read(name, (long)first * reduction, outputs * reduction), norm);
                }
            });
        }
        finally
        {
            foreach (TensorReader? reader in readers)
                reader?.Dispose();
        }
    }
}
