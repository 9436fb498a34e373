using System.Text;
using EfficientNet.Cli.Invocation;
using EfficientNet.Cli.Networks;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Classification;

/// <summary>The names of a network's classes, in the order of their numbers.</summary>
internal sealed class ClassLabels
{
    private const string Inside = "imagenet1k.txt";
    private const int ImageNetClasses = 1000;

    // With its mark: a reader that knows none would take UTF-8's for the sign of an encoding that forgives everything.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);

    private readonly IReadOnlyList<string> _labels;

    private ClassLabels(IReadOnlyList<string> labels) => _labels = labels;

    /// <summary>The name of a class.</summary>
    public string this[int index] => _labels[index];

    /// <summary>The labels of a loaded network.</summary>
    /// <param name="path">A text file that names other ones; null for those of the weight file, else ImageNet-1k's.</param>
    /// <param name="network">The network.</param>
    /// <exception cref="CommandFailureException">The text file cannot be read, or has another number of lines; or there
    /// is none, the weight file names no classes, and they are not ImageNet-1k's.</exception>
    public static ClassLabels Of(string? path, CompiledNetwork network) =>
        path is null && network.Labels is { } labels ? new ClassLabels(labels) : Load(path, network.KnownClasses);

    /// <summary>The names of a network's classes: the weight file's, else ImageNet-1k's for as many; null where there are none.</summary>
    public static IReadOnlyList<string>? NamesOf(CompiledNetwork network) =>
        network.Labels ?? (network.KnownClasses == ImageNetClasses ? Load(null, ImageNetClasses)._labels : null);

    /// <summary>Reads labels, one a line in UTF-8.</summary>
    /// <param name="path">A text file; null for ImageNet-1k's, which are inside the program.</param>
    /// <param name="classes">How many the network has.</param>
    /// <exception cref="CommandFailureException">The file cannot be read, is not UTF-8, or has another number of lines.</exception>
    public static ClassLabels Load(string? path, int classes)
    {
        string[] labels;
        try
        {
            using var reader = new StreamReader(path is null ? Resources.Open(Inside) : File.OpenRead(path), Utf8);
            labels = Lines(reader).ToArray();
        }
        catch (DecoderFallbackException exception)
        {
            throw new CommandFailureException($"{path}: expected UTF-8, found bytes {Convert.ToHexString(exception.BytesUnknown ?? [])}", exception);
        }
        catch (Exception exception) when (FileReason.Explains(exception))
        {
            throw new CommandFailureException(FileReason.Line(path ?? Inside, exception), exception);
        }

        if (labels.Length != classes)
        {
            throw new CommandFailureException($"{path ?? Inside}: {labels.Length} lines for {classes} classes");
        }
        return new ClassLabels(labels);
    }

    /// <summary>Labels that are to go into a file with a network's weights: a text file's, else ImageNet-1k's for as many
    /// classes; null where the weight file has some of its own, or there are none.</summary>
    /// <param name="network">The network.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="path">The text file; null when none is named.</param>
    /// <exception cref="CommandFailureException">The text file cannot be read, or has another number of lines.</exception>
    /// <exception cref="WeightFileException">The weights do not fit the network, or their metadata cannot be understood.</exception>
    public static IReadOnlyList<string>? For(NetworkDescription network, WeightFile weights, string? path)
    {
        // As many as the classifier has rows: fewer than the network has classes, or another number than the file names.
        using var reader = new WeightReader(network, weights);
        if (path is null && (reader.KnownClasses != ImageNetClasses || WeightMetadata.Read(weights).Labels is not null)) return null;
        return Load(path, reader.KnownClasses)._labels;
    }

    private static IEnumerable<string> Lines(TextReader reader)
    {
        while (reader.ReadLine() is { } line) yield return line;
    }
}
