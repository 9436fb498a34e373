using System.Globalization;
using EfficientNet.Imaging;

namespace EfficientNet.Training;

/// <summary>Which of MNIST's two sets.</summary>
public enum IdxPart
{
    /// <summary>The images to learn from: <c>train-images-idx3-ubyte</c>, <c>train-labels-idx1-ubyte</c>.</summary>
    Train,

    /// <summary>The images to judge by: <c>t10k-…</c>, or <c>test-…</c>.</summary>
    Test,
}

/// <summary>Grey images and labels in MNIST's IDX format, gzipped or not; all of it is in memory.</summary>
public sealed class IdxImages : ImageDataset
{
    private readonly IdxFile _images;
    private readonly int[] _labels;

    private IdxImages(IdxFile images, int[] labels, IReadOnlyList<string> classes)
    {
        _images = images;
        _labels = labels;
        Classes = classes;
    }

    /// <inheritdoc/>
    public override string Name => _images.Name;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public override int Count => _labels.Length;

    /// <summary>Reads a set of a folder with MNIST's names.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="part">Which set.</param>
    /// <exception cref="DatasetException">A file is not there, or not what it should be.</exception>
    public static IdxImages OpenFolder(string folder, IdxPart part)
    {
        return Open(Find(folder, part, "images-idx3-ubyte"), Find(folder, part, "labels-idx1-ubyte"));
    }

    /// <summary>Whether a folder has a set.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="part">Which set.</param>
    public static bool Has(string folder, IdxPart part)
    {
        return Candidates(folder, part, "images-idx3-ubyte").Any(File.Exists);
    }

    /// <summary>Reads images and labels.</summary>
    /// <param name="images">A file of bytes with three dimensions: images, rows, columns.</param>
    /// <param name="labels">A file of bytes with one dimension: the class of every image, from 0.</param>
    /// <exception cref="DatasetException">A file cannot be read, is not what it should be, or they do not fit each other.</exception>
    public static IdxImages Open(string images, string labels)
    {
        ArgumentException.ThrowIfNullOrEmpty(images);
        ArgumentException.ThrowIfNullOrEmpty(labels);
        IdxFile pixels = IdxFile.Read(images, dimensions: 3), classes = IdxFile.Read(labels, dimensions: 1);
        if (pixels.Sizes[0] != classes.Sizes[0])
            throw new DatasetException(labels, $"expected one label for each of the {pixels.Sizes[0]} images of {images}, found {classes.Sizes[0]}");
        if (pixels.Sizes.Contains(0))
            throw new DatasetException(images, $"has no pixels: its sizes are {string.Join(" x ", pixels.Sizes)}");
        int[] numbers = Array.ConvertAll(classes.Bytes, number => (int)number);
        return new IdxImages(pixels, numbers, Enumerable.Range(0, numbers.Max() + 1).Select(number => number.ToString(CultureInfo.InvariantCulture)).ToArray());
    }

    /// <inheritdoc/>
    public override string NameOf(int index) => $"{_images.Name}, image {index}";

    /// <inheritdoc/>
    public override ReadOnlySpan<int> LabelsOf(int index) => _labels.AsSpan(index, 1);

    /// <inheritdoc/>
    public override Image Read(int index)
    {
        int height = _images.Sizes[1], width = _images.Sizes[2];
        return Image.FromGray(_images.Bytes.AsSpan(index * height * width, height * width), width, height);
    }

    private static string Find(string folder, IdxPart part, string kind)
    {
        string[] candidates = Candidates(folder, part, kind).ToArray();
        return candidates.FirstOrDefault(File.Exists) ?? throw new DatasetException(folder, $"expected one of {string.Join(", ", candidates.Select(path => Path.GetFileName(path)))}");
    }

    private static IEnumerable<string> Candidates(string folder, IdxPart part, string kind)
    {
        string[] beginnings = part == IdxPart.Train ? ["train"] : ["t10k", "test"];
        return beginnings.SelectMany(beginning => new[] { "", ".gz" }.Select(ending => Path.Combine(folder, $"{beginning}-{kind}{ending}")));
    }
}
