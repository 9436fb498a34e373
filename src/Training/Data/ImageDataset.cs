using EfficientNet.Imaging;

namespace EfficientNet.Training;

/// <summary>Images with known classes. It never changes, and any number of threads may ask it.</summary>
public abstract class ImageDataset
{
    /// <summary>The folder or file, as it was named.</summary>
    public abstract string Name { get; }

    /// <summary>The names of the classes, in the order of their numbers.</summary>
    public abstract IReadOnlyList<string> Classes { get; }

    /// <summary>Number of images.</summary>
    public abstract int Count { get; }

    /// <summary>Whether an image may have any number of labels; otherwise it has one.</summary>
    public virtual bool IsMultiLabel => false;

    /// <summary>What an image is called in messages: its path, or its file and its place there.</summary>
    /// <param name="index">The image, from 0.</param>
    public abstract string NameOf(int index);

    /// <summary>An image's classes by number: one, or any number of them where <see cref="IsMultiLabel"/> says so.</summary>
    /// <param name="index">The image, from 0.</param>
    public abstract ReadOnlySpan<int> LabelsOf(int index);

    /// <summary>Reads an image.</summary>
    /// <param name="index">The image, from 0.</param>
    /// <exception cref="DatasetException">It cannot be read.</exception>
    public abstract Image Read(int index);

    /// <summary>Reads an image file.</summary>
    /// <exception cref="DatasetException">It cannot be read; the message names it.</exception>
    private protected static Image ReadFile(string path)
    {
        try
        {
            return Image.Load(path);
        }
        catch (ImageFormatException exception)
        {
            throw new DatasetException(path, exception.Reason, exception);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DatasetException(path, "there is no such file", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException(path, $"cannot be read: {exception.Message}", exception);
        }
    }
}
