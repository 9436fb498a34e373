using EfficientNet.Imaging;

namespace EfficientNet.Training;

/// <summary>A folder with one folder of images for each class: <c>FOLDER/class/*.png, *.jpg, *.jpeg</c>, in ordinal order of their names.</summary>
/// <remarks>Other files, and names that begin with a dot, are passed over.</remarks>
public sealed class ImageFolder : ImageDataset
{
    private readonly ClassTable _classes;
    private readonly string[] _files;
    private readonly int[] _labels;

    private ImageFolder(string name, ClassTable classes, string[] files, int[] labels)
    {
        Name = name;
        _classes = classes;
        _files = files;
        _labels = labels;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes => _classes.Names;

    /// <inheritdoc/>
    public override int Count => _files.Length;

    /// <summary>Lists the images; none is opened.</summary>
    /// <param name="folder">The folder of the classes' folders.</param>
    /// <param name="classes">The classes in the network's order; null for the folders' names in ordinal order. A class listed here may lack a folder.</param>
    /// <exception cref="DatasetException">There is no such folder, no image in it, or a folder that is no class, or whose name several classes have.</exception>
    public static ImageFolder Open(string folder, IReadOnlyList<string>? classes = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        string read = folder;
        try
        {
            string[] folders = Sorted(Directory.EnumerateDirectories(folder));
            if (folders.Length == 0)
                throw new DatasetException(folder, "expected one folder of images for each class, found no folder");
            var table = new ClassTable(classes ?? folders.Select(path => Path.GetFileName(path)).ToArray());
            var byLabel = folders.Select(path => (Label: table.NumberOf(Path.GetFileName(path), folder, $"folder {Path.GetFileName(path)}"), Path: path)).OrderBy(entry => entry.Label);
            var files = new List<string>();
            var labels = new List<int>();
            foreach ((int label, string path) in byLabel)
            {
                read = path;
                files.AddRange(Sorted(Directory.EnumerateFiles(path).Where(ImageFiles.IsImage)));
                labels.AddRange(Enumerable.Repeat(label, files.Count - labels.Count));
            }

            if (files.Count == 0)
                throw new DatasetException(folder, $"expected images (.png, .jpg, .jpeg) in the folders of {table.Listed()}, found none");
            return new ImageFolder(folder, table, [.. files], [.. labels]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            if (File.Exists(folder)) throw new DatasetException(folder, "is a file: expected one folder of images for each class, in a folder", exception);
            throw exception is UnauthorizedAccessException ? new DatasetException(read, "is a folder that may not be read", exception) : DatasetException.Unreadable(read, exception);
        }
    }

    /// <inheritdoc/>
    public override string NameOf(int index)
    {
        return _files[index];
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<int> LabelsOf(int index)
    {
        return _labels.AsSpan(index, 1);
    }

    /// <inheritdoc/>
    public override Image Read(int index)
    {
        return ImageFiles.Read(_files[index]);
    }

    /// <inheritdoc/>
    public override JpegFile? OpenJpeg(int index)
    {
        return ImageFiles.OpenJpeg(_files[index]);
    }

    private static string[] Sorted(IEnumerable<string> paths)
    {
        string[] sorted = paths.Where(path => !Path.GetFileName(path).StartsWith('.')).ToArray();
        Array.Sort(sorted, StringComparer.Ordinal);
        return sorted;
    }
}
