using EfficientNet.Cli.Invocation;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Tensors;

/// <summary>A network's input out of a safetensors file: the tensor <c>input</c>, [N, channels, height, width].</summary>
/// <param name="Images">Number of images, at least 1.</param>
/// <param name="Values">Their values, NCHW, normalised already.</param>
internal sealed record InputTensor(int Images, float[] Values)
{
    private const string Name = "input";

    /// <summary>Reads and checks it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="network">Whose input it is to be.</param>
    /// <exception cref="WeightFileException">The file cannot be read, or has no tensor <c>input</c> of floats.</exception>
    /// <exception cref="CommandFailureException">The tensor has another shape.</exception>
    public static InputTensor Read(string path, NetworkDescription network)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        if (!file.TryGetTensor(Name, out SafetensorsEntry? tensor))
        {
            throw new CommandFailureException($"{path}: there is no tensor '{Name}'");
        }

        long[] image = [network.InputChannels, network.Resolution, network.Resolution];
        if (tensor.Shape.Count != 4 || tensor.Shape[0] < 1 || !tensor.Shape.Skip(1).SequenceEqual(image))
        {
            throw new CommandFailureException(
                $"{path}: tensor '{Name}' is [{string.Join(", ", tensor.Shape)}], but {network.Name} takes [N, {string.Join(", ", image)}]");
        }
        return new InputTensor(checked((int)tensor.Shape[0]), file.ReadFloats(Name));
    }
}
