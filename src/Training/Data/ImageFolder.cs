using EfficientNet.Imaging;

namespace EfficientNet.Training;

/// <summary>A folder with one folder for each class, which holds its PNG and JPEG files, at any depth. Classes and files are in ordinal order of their names;
/// names that begin with a dot are left alone.</summary>
public sealed class ImageFolder : ImageDataset
{
    private static readonly string[] Endings = [".png", ".jpg", ".jpeg"];

    private readonly string[] _files;
    private readonly int[] _labels;

    private ImageFolder(string name, IReadOnlyList<string> classes, string[] files, int[] labels)
    {
        Name = name;
        Classes = classes;
        _files = files;
        _labels = labels;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public override int Count => _files.Length;

    /// <summary>Lists a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="classes">The classes that there are to be, in the order of their numbers; null for those that the folder has. Of these, some may have no folder.</param>
    /// <exception cref="DatasetException">There is no such folder, it has no folders of images, one of them is of no class, or one has no images.</exception>
    public static ImageFolder Open(string folder, IReadOnlyList<string>? classes = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        try
        {
            return List(folder, classes);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException(folder, exception is DirectoryNotFoundException ? "there is no such folder" : $"cannot be read: {exception.Message}", exception);
        }
    }

    /// <inheritdoc/>
    public override string NameOf(int index) => _files[index];

    /// <inheritdoc/>
    public override ReadOnlySpan<int> LabelsOf(int index) => _labels.AsSpan(index, 1);

    /// <inheritdoc/>
    public override Image Read(int index) => ReadFile(_files[index]);

    private static ImageFolder List(string folder, IReadOnlyList<string>? classes)
    {
        string[] found = Directory.GetDirectories(folder).Select(path => Path.GetFileName(path)).Where(IsSeen).Order(StringComparer.Ordinal).ToArray();
        if (found.Length == 0)
            throw new DatasetException(folder, "expected one folder for each class, and there is none");
        classes ??= found;
        Dictionary<string, int> numbers = ClassNumbers.Of(classes);
        List<string> files = [];
        List<int> labels = [];
        foreach (string name in found)
        {
            if (!numbers.TryGetValue(name, out int number))
                throw new DatasetException(folder, $"the folder {name} is of no class: expected {ClassNumbers.Some(classes)}");
            string[] images = Images(Path.Combine(folder, name));
            if (images.Length == 0)
                throw new DatasetException(Path.Combine(folder, name), "has no images: expected files that end in .png, .jpg or .jpeg");
            files.AddRange(images);
            labels.AddRange(Enumerable.Repeat(number, images.Length));
        }

        return new ImageFolder(folder, classes, files.ToArray(), labels.ToArray());
    }

    private static string[] Images(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Where(path => IsSeen(Path.GetFileName(path)) && Endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
        .Order(StringComparer.Ordinal).ToArray();

    private static bool IsSeen(string name) => !name.StartsWith('.');
}
