using System.Globalization;
using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <content>Weights from files and into them, and the network for inference.</content>
public sealed unsafe partial class Trainer
{
    /// <summary>Writes the weights as safetensors, as <see cref="WholeFile"/> does: the old file or the whole new one is there, never a part.</summary>
    /// <param name="path">The file, which is replaced if it exists.</param>
    /// <param name="export">Names, type, labels; null for the defaults.</param>
    /// <exception cref="ArgumentException">The type is none of the three, a value is outside it, there is another number of labels than of trained classes, or the average is another network's.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    /// <exception cref="ObjectDisposedException">The trainer was disposed.</exception>
    public void WriteWeights(string path, WeightExport? export)
    {
        export ??= WeightExport.Default;
        using Use use = Begin();
        SafetensorsWriter.Write(path, Export(export), Describe(export).ToDictionary());
    }

    /// <summary>Writes the weights as safetensors to a stream, from its position on.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="export">Names, type, labels; null for the defaults.</param>
    /// <exception cref="ArgumentException">The type is none of the three, a value is outside it, there is another number of labels than of trained classes, or the average is another network's.</exception>
    /// <exception cref="ObjectDisposedException">The trainer was disposed.</exception>
    public void WriteWeights(Stream stream, WeightExport? export)
    {
        export ??= WeightExport.Default;
        using Use use = Begin();
        SafetensorsWriter.Write(stream, Export(export), Describe(export).ToDictionary());
    }

    /// <summary>Makes the network for inference with the present weights, which it copies.</summary>
    /// <param name="export">Labels, preprocessing, whose average; null for the defaults. Names and type do not matter.</param>
    /// <param name="options">Instruction set and warnings; null for the trainer's own kernels.</param>
    /// <returns>The network, which the caller disposes.</returns>
    /// <exception cref="ArgumentException">There is another number of labels than of trained classes, or the average is another network's.</exception>
    /// <exception cref="WeightFileException">A weight is NaN or infinite.</exception>
    /// <exception cref="ObjectDisposedException">The trainer was disposed.</exception>
    public CompiledNetwork CreateNetwork(WeightExport? export = null, NetworkOptions? options = null)
    {
        using var weights = new MemoryStream();
        WriteWeights(weights, (export ?? WeightExport.Default) with { DataType = SafetensorsTypes.Float32 });
        weights.Position = 0;
        return _program.Load(weights, $"the trainer of {Description.Network.Name}", options ?? new NetworkOptions { InstructionSet = InstructionSet });
    }

    /// <summary>Takes weights from a file, under whichever published names it has.</summary>
    /// <param name="path">A safetensors or PyTorch file.</param>
    /// <returns>Whether the classifier was taken too. It is not, and keeps its values, where the file's has another number of classes.</returns>
    /// <exception cref="WeightFileException">The file cannot be read, or a tensor is missing, extra, misshapen or not finite, or a variance is negative; nothing has been changed then.</exception>
    /// <exception cref="ObjectDisposedException">The trainer was disposed.</exception>
    public bool LoadWeights(string path)
    {
        using Use use = Begin();
        using WeightFile file = WeightFile.Open(path);
        return LoadWeights(file);
    }

    /// <summary>Takes weights from an open file, under whichever published names it has.</summary>
    /// <param name="file">The file, of either format; it stays open.</param>
    /// <inheritdoc cref="LoadWeights(string)"/>
    public bool LoadWeights(WeightFile file)
    {
        return LoadWeights(file, out _);
    }

    /// <summary>The same, and whose names the file's tensors have.</summary>
    internal bool LoadWeights(WeightFile file, out NamingScheme scheme)
    {
        using Use use = Begin();
        ArgumentNullException.ThrowIfNull(file);
        (scheme, int classes) = WeightInventory.Check(Description.Network, file, anyClasses: true);
        bool takesClassifier = classes == Classes;
        ParameterNames classifier = Description.Weights[^1].Names;
        ParameterTensor[] taken = Tensors.Where(tensor => takesClassifier || !tensor.IsOf(classifier)).ToArray();
        NamingScheme names = scheme;
        float[][] values = Array.ConvertAll(taken, tensor => Read(file, tensor, tensor.NameIn(names)));
        for (int i = 0; i < taken.Length; i++)
            Set(taken[i], values[i]);
        return takesClassifier;
    }

    private float[] Read(WeightFile file, ParameterTensor tensor, string name)
    {
        float[] values = file.ReadFloats(name);
        file.TryGetTensor(name, out TensorEntry? found);
        TensorReader.ThrowIfNotFinite(file.Name, found!, values);
        if (tensor.Kind == ParameterKind.RunningVariance) FoldedBatchNorm.ThrowIfNegative(values, Description.Network.Epsilon, name, file.Name);
        return values;
    }

    private List<SafetensorsTensor> Export(WeightExport export)
    {
        if (!SafetensorsTypes.IsReadable(export.DataType))
            throw new ArgumentException($"Weights can be F32, F16 or BF16, not {export.DataType}.", nameof(export));
        List<SafetensorsTensor> tensors = [];
        foreach (ParameterTensor tensor in Tensors)
        {
            float[] values = export.Average is { } average ? Get(average, tensor) : Get(tensor);
            if (WeightConverter.FirstOutside(values, export.DataType) is >= 0 and int outside)
                throw new ArgumentException(FormattableString.Invariant($"{tensor.NameIn(export.Names)} holds {values[outside]} as value {outside} of {values.Length}, counted from 0: that is outside {export.DataType}."), nameof(export));
            tensors.Add(new SafetensorsTensor(tensor.NameIn(export.Names), tensor.Shape, values) { DataType = export.DataType });
        }

        return tensors;
    }

    private WeightMetadata Describe(WeightExport export)
    {
        NetworkDescription network = Description.Network;
        IReadOnlyList<string>? labels = export.Labels ?? (Classes == network.Classes ? network.Labels : Enumerable.Range(0, Classes).Select(number => number.ToString(CultureInfo.InvariantCulture)).ToArray());
        return WeightMetadata.Of(network, labels, Classes) with { IsMultiLabel = export.IsMultiLabel, Preprocessing = export.Preprocessing ?? network.Preprocessing };
    }
}
