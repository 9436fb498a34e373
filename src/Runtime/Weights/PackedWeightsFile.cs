using System.Reflection;

namespace EfficientNet.Runtime;

/// <summary>
/// Packed weights as a file: made of a weight file once, so that no start of a program needs to do it again. A build embeds it, or it
/// stays a file, which <see cref="WeightLoader"/> knows by its metadata. It is safetensors with one tensor, <c>packed</c>; its metadata are the
/// weight file's, and what the values fit.
/// </summary>
/// <remarks>It fits the one network that it was packed for, from the same version of the compiler or one with the same places; any other refuses it.
/// It is no exchange format: keep the file that it was made from.</remarks>
public static unsafe class PackedWeightsFile
{
    private const string Tensor = "packed";
    private const string Format = "2";
    private const string FormatKey = "efficientnet.packed";
    private const string LayoutKey = "efficientnet.layout";
    private const string ChecksumKey = "efficientnet.checksum";
    private const string CompilerKey = "efficientnet.compiler";

    // An assembly ends below 2 GiB, with its code and all that is embedded in it.
    private const long MaximumBytes = 2_000_000_000;

    /// <summary>Writes a file, as <see cref="SafetensorsWriter"/> does: the old file or the whole new one is there, never a part.</summary>
    /// <param name="path">The file, which is replaced if it exists.</param>
    /// <param name="network">The network that the weights were packed for.</param>
    /// <param name="weights">The weights; their metadata go with them.</param>
    /// <exception cref="ArgumentException">The weights are not as long as the network's, or too large for an assembly.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public static void Write(string path, NetworkDescription network, PackedWeights weights)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(weights);
        if (weights.Length != network.PackedFloats)
            throw new ArgumentException($"{network.Name} needs {network.PackedFloats} packed floats: these weights have {weights.Length}.", nameof(weights));
        if (weights.Length * sizeof(float) > MaximumBytes)
            throw new ArgumentException($"{network.Name} has {weights.Length * sizeof(float)} bytes of packed weights: an assembly can hold {MaximumBytes}.", nameof(weights));

        float[] values = new ReadOnlySpan<float>(weights.Pointer, (int)weights.Length).ToArray();
        var said = new Dictionary<string, string>(weights.Metadata.ToDictionary(), StringComparer.Ordinal)
        {
            [FormatKey] = Format,
            [LayoutKey] = PackedLayout.Of(network),
            [ChecksumKey] = PackedChecksum.Of(values),
            [CompilerKey] = network.CompilerVersion,
        };
        SafetensorsWriter.Write(path, [new SafetensorsTensor(Tensor, [values.Length], values)], said);
    }

    /// <summary>Loads packed weights that a build embedded in an assembly. They are used where they lie if that is on a
    /// 64-byte boundary, else copied.</summary>
    /// <param name="network">The network.</param>
    /// <param name="assembly">The assembly, which stays loaded as long as the weights.</param>
    /// <param name="resource">The resource's name.</param>
    /// <param name="options">Who may give up before it begins; null for no one.</param>
    /// <returns>The packed weights, which the caller owns.</returns>
    /// <exception cref="OperationCanceledException">Loading was given up.</exception>
    /// <exception cref="WeightFileException">There is no such resource, it is damaged, or it was packed for another
    /// network or by another version.</exception>
    /// <exception cref="InsufficientMemoryException">The memory cannot be had.</exception>
    public static PackedWeights LoadEmbedded(NetworkDescription network, Assembly assembly, string resource, NetworkOptions? options)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(assembly);
        ArgumentException.ThrowIfNullOrEmpty(resource);
        options?.CancellationToken.ThrowIfCancellationRequested();
        using Stream stream = assembly.GetManifestResourceStream(resource)
            ?? throw new WeightFileException(
                resource, $"{assembly.GetName().Name} has no such resource: a build embeds it where the project's EfficientNetSpec of {network.Name} names Weights");
        return Load(network, stream, resource, assembly);
    }

    /// <summary>Loads from a stream, from its position on.</summary>
    /// <param name="network">The network.</param>
    /// <param name="stream">The stream. The memory of an <see cref="UnmanagedMemoryStream"/> may be used in place.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="owner">What the stream's memory lives as long as.</param>
    internal static PackedWeights Load(NetworkDescription network, Stream stream, string name, object owner)
    {
        var memory = stream as UnmanagedMemoryStream;
        byte* start = memory is null ? null : memory.PositionPointer;
        using SafetensorsFile file = memory is null
            ? SafetensorsFile.Open(stream, name)
            : new SafetensorsFile(name, ByteSource.FromMemory(start, memory.Length - memory.Position, owner));
        if (!Is(file))
            throw new WeightFileException(name, "holds no packed weights");
        WeightMetadata metadata = Check(network, file, out SafetensorsEntry tensor);
        AlignedBuffer? inPlace = memory is null ? null : InPlace(start + tensor.Offset, network.PackedFloats, owner);
        return Checked(file, tensor, metadata, inPlace, CancellationToken.None);
    }

    /// <summary>Whether a file says that it holds packed weights, of whichever network.</summary>
    /// <param name="file">The file.</param>
    public static bool Is(WeightFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        return file is SafetensorsFile && file.Metadata.ContainsKey(FormatKey);
    }

    /// <summary>Loads from an open file.</summary>
    /// <param name="network">The network.</param>
    /// <param name="file">A file that <see cref="Is"/> one.</param>
    /// <param name="options">Whether to use it where it lies, and who may give up; null for a copy and no one.</param>
    /// <exception cref="OperationCanceledException">Loading was given up.</exception>
    /// <exception cref="WeightFileException">It is damaged, or was packed for another network or by another version.</exception>
    /// <exception cref="InsufficientMemoryException">The memory cannot be had.</exception>
    internal static PackedWeights Load(NetworkDescription network, WeightFile file, NetworkOptions? options)
    {
        WeightMetadata metadata = Check(network, file, out SafetensorsEntry tensor);
        var packed = (SafetensorsFile)file;
        return Checked(packed, tensor, metadata, options is { MapWeights: true } ? packed.Map(tensor) : null, options?.CancellationToken ?? default);
    }

    /// <summary>What a file says about itself, if it was packed for a network. Its values are not read.</summary>
    /// <exception cref="WeightFileException">It was packed for another network or by another version.</exception>
    internal static WeightMetadata Check(NetworkDescription network, WeightFile file)
    {
        return Check(network, file, out _);
    }

    private static PackedWeights Checked(SafetensorsFile file, SafetensorsEntry tensor, WeightMetadata metadata, AlignedBuffer? inPlace, CancellationToken cancellationToken)
    {
        return new PackedWeights(PackedValues.Load(file, tensor, file.Metadata.GetValueOrDefault(ChecksumKey), inPlace, cancellationToken)) { Metadata = metadata };
    }

    private static WeightMetadata Check(NetworkDescription network, WeightFile file, out SafetensorsEntry tensor)
    {
        string format = file.Metadata[FormatKey];
        if (format != Format)
            throw new WeightFileException(file.Name, $"was packed in format {Text.Quote(format)}: this version of EfficientNet.Runtime reads format {Format}");
        if (!((SafetensorsFile)file).TryGetTensor(Tensor, out SafetensorsEntry? found))
            throw new WeightFileException(file.Name, "holds no packed weights");
        if (file.Metadata.GetValueOrDefault(LayoutKey) != PackedLayout.Of(network)
            || found.DataType != SafetensorsTypes.Float32
            || found.Count != network.PackedFloats)
        {
            throw new WeightFileException(
                file.Name,
                $"was not packed for {network.Name}, which EfficientNet.Compiler {network.CompilerVersion} generated: it is for another layout, stride, padding, activation or resolution, "
                + $"by EfficientNet.Compiler {Text.Quote(file.Metadata.GetValueOrDefault(CompilerKey, "?"))}");
        }
        tensor = found;
        WeightMetadata metadata = WeightMetadata.Read(file);
        // Fewer than the network has, where they were trained for fewer.
        metadata.ThrowIfNotOf(network, Math.Min(metadata.Labels?.Count ?? network.Classes, network.Classes), file.Name);
        return metadata;
    }

    private static AlignedBuffer? InPlace(byte* values, long floats, object owner)
    {
        return BitConverter.IsLittleEndian && (nuint)values % AlignedBuffer.Alignment == 0 ? AlignedBuffer.Borrow((float*)values, floats, owner) : null;
    }
}
