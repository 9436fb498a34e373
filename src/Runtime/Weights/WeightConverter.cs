namespace EfficientNet.Runtime;

/// <summary>Brings a network's weights into safetensors: from a PyTorch file, under other names, in another type.</summary>
public static class WeightConverter
{
    /// <summary>Whether a file has exactly the tensors that a network needs, under one naming scheme.</summary>
    /// <param name="network">The network.</param>
    /// <param name="file">The file.</param>
    public static bool Fits(NetworkDescription network, WeightFile file)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(file);
        return WeightInventory.Fits(network, file);
    }

    /// <summary>Reads all of a network's weights. They are checked as <see cref="WeightLoader"/> does; BatchNorm is not
    /// folded, <c>num_batches_tracked</c> is left out, and shapes stay as they are.</summary>
    /// <param name="network">The network.</param>
    /// <param name="file">The file, of either format.</param>
    /// <param name="conversion">How to write them.</param>
    /// <returns>The weights in memory, and metadata: the network's, but labels and preprocessing as the file says, and
    /// padding and epsilon as it says or its names suggest, so that a wrong combination is still warned of when the new
    /// file is loaded.</returns>
    /// <exception cref="ArgumentException">The type is none of the three, or there is another number of labels than of
    /// classes.</exception>
    /// <exception cref="WeightFileException">The file does not fit the network, cannot be read, has another number of
    /// labels than the network has classes and no others are given, or holds values that are not finite, or not in the
    /// new type.</exception>
    public static ConvertedWeights Convert(NetworkDescription network, WeightFile file, WeightConversion conversion)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(conversion);
        if (!SafetensorsTypes.IsReadable(conversion.DataType))
            throw new ArgumentException($"Weights can be F32, F16 or BF16, not {Text.Quote(conversion.DataType)}.", nameof(conversion));
        if (!Enum.IsDefined(conversion.Names.GetValueOrDefault()))
            throw new ArgumentException($"There is no naming scheme {(int)conversion.Names.GetValueOrDefault()}.", nameof(conversion));

        using var reader = new WeightReader(network, file, conversion.Warning);
        WeightMetadata metadata = reader.Describe(conversion.Labels);
        NamingScheme wanted = conversion.Names ?? reader.Scheme;
        List<SafetensorsTensor> tensors = [];
        foreach (ConvolutionWeights layer in network.Weights)
        {
            foreach ((ExpectedTensor source, ExpectedTensor target) in ExpectedTensor.Of(layer, reader.Scheme).Zip(ExpectedTensor.Of(layer, wanted)))
                tensors.Add(Read(reader, file, source.Name, target.Name, conversion.DataType));
        }
        return new ConvertedWeights(tensors.AsReadOnly(), metadata) { Source = file.Name };
    }

    private static SafetensorsTensor Read(WeightReader reader, WeightFile file, string name, string newName, string dataType)
    {
        float[] values = reader.Read(name).ToArray();
        int outside = FirstOutside(values, dataType);
        if (outside >= 0)
        {
            throw new WeightFileException(
                file.Name, FormattableString.Invariant($"tensor {Text.Quote(name)} holds {values[outside]} as value {outside} of {values.Length}, counted from 0: that is outside {dataType}"));
        }
        return new SafetensorsTensor(newName, file.FindFloats(name).Shape, values) { DataType = dataType };
    }

    /// <summary>The first value that rounds to infinity in 16 bits; −1 for none.</summary>
    internal static int FirstOutside(ReadOnlySpan<float> values, string dataType)
    {
        if (dataType == SafetensorsTypes.Float32)
            return -1;
        for (int i = 0; i < values.Length; i++)
        {
            bool infinite = dataType == SafetensorsTypes.Float16 ? Half.IsInfinity((Half)values[i]) : (FloatConversion.ToBFloat16(values[i]) & 0x7FFF) == 0x7F80;
            if (infinite)
                return i;
        }
        return -1;
    }
}
