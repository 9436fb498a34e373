using System.Globalization;
using EfficientNet.Imaging;

namespace EfficientNet.Training;

/// <summary>Grey images in MNIST's format: a file of images and one of labels, each plain or gzipped. Both are kept in memory.</summary>
public sealed class IdxImages : ImageDataset
{
    private const string ImagesEnding = "images-idx3-ubyte";

    private readonly IdxFile _images;
    private readonly int[] _labels;
    private readonly ClassTable _classes;

    private IdxImages(string name, IdxFile images, int[] labels, ClassTable classes)
    {
        Name = name;
        _images = images;
        _labels = labels;
        _classes = classes;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes => _classes.Names;

    /// <inheritdoc/>
    public override int Count => _labels.Length;

    /// <summary>Reads the two files.</summary>
    /// <param name="images">The images: dimensions count, rows, columns.</param>
    /// <param name="labels">The labels: dimension count.</param>
    /// <param name="classes">The classes' names; null for the numbers from 0 to the largest label.</param>
    /// <exception cref="DatasetException">A file cannot be read, is damaged or cut, the counts differ, or a label is no class.</exception>
    public static IdxImages Open(string images, string labels, IReadOnlyList<string>? classes = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(images);
        ArgumentException.ThrowIfNullOrEmpty(labels);
        return OpenFiles(images, labels, classes);
    }

    /// <summary>Reads one part of a folder with MNIST's names: <c>train-images-idx3-ubyte</c>, <c>train-labels-idx1-ubyte</c>, and the same with <c>t10k-</c> or <c>test-</c>;
    /// each may end in <c>.gz</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="part">Which part.</param>
    /// <param name="classes">The classes' names; null for the numbers from 0 to the largest label.</param>
    /// <exception cref="DatasetException">A file is not there, cannot be read, is damaged or cut, the counts differ, or a label is no class.</exception>
    public static IdxImages OpenFolder(string folder, IdxPart part, IReadOnlyList<string>? classes = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return OpenFiles(Find(ImagesEnding), Find("labels-idx1-ubyte"), classes);

        string Find(string ending)
        {
            string[] names = Names(part, ending);
            return names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
                ?? throw new DatasetException(folder, $"expected {string.Join(" or ", names)}, found none of them");
        }
    }

    /// <summary>Whether a folder has the images of a part.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="part">Which part.</param>
    public static bool Has(string folder, IdxPart part)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return Names(part, ImagesEnding).Any(name => File.Exists(Path.Combine(folder, name)));
    }

    /// <inheritdoc/>
    public override string NameOf(int index)
    {
        return $"{Path.GetFileName(_images.Path)}, image {index}";
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<int> LabelsOf(int index)
    {
        return _labels.AsSpan(index, 1);
    }

    /// <inheritdoc/>
    public override Image Read(int index)
    {
        (int height, int width) = (_images.Dimensions[1], _images.Dimensions[2]);
        return Image.FromGray(_images.Values.AsSpan(index * height * width, height * width), width, height);
    }

    private static string[] Names(IdxPart part, string ending)
    {
        string[] parts = part == IdxPart.Train ? ["train"] : ["t10k", "test"];
        return parts.SelectMany(name => new[] { $"{name}-{ending}", $"{name}-{ending}.gz" }).ToArray();
    }

    private static IdxImages OpenFiles(string images, string labels, IReadOnlyList<string>? classes)
    {
        IdxFile pictures = IdxFile.Read(images, dimensions: 3);
        IdxFile numbers = IdxFile.Read(labels, dimensions: 1);
        if (numbers.Values.Length != pictures.Dimensions[0])
            throw new DatasetException(labels, "byte 4", $"{pictures.Dimensions[0]} labels, one for each of the images", $"{numbers.Values.Length}");
        var table = new ClassTable(classes ?? Enumerable.Range(0, numbers.Values.Max() + 1).Select(number => number.ToString(CultureInfo.InvariantCulture)).ToArray());
        int wrong = Array.FindIndex(numbers.Values, label => label >= table.Names.Length);
        if (wrong >= 0)
            throw new DatasetException(labels, $"label {wrong}", $"0 to {table.Names.Length - 1}", $"{numbers.Values[wrong]}");
        return new IdxImages(images, pictures, Array.ConvertAll(numbers.Values, label => (int)label), table);
    }
}
