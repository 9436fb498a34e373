using EfficientNet.Imaging;

namespace EfficientNet.Training;

/// <summary>Image files, as a folder and a table both have them.</summary>
internal static class ImageFiles
{
    /// <summary>Whether a file is taken for an image: by the end of its name.</summary>
    public static bool IsImage(string path)
    {
        return Path.GetExtension(path.AsSpan()) is var end
            && (end.Equals(".png", StringComparison.OrdinalIgnoreCase) || end.Equals(".jpg", StringComparison.OrdinalIgnoreCase) || end.Equals(".jpeg", StringComparison.OrdinalIgnoreCase));
    }

    /// <exception cref="DatasetException">The file cannot be read or is no image.</exception>
    public static Image Read(string path)
    {
        return Guarded(path, path => Image.Load(path));
    }

    /// <exception cref="DatasetException">The file cannot be read or is no image.</exception>
    public static JpegFile? OpenJpeg(string path)
    {
        return Guarded(path, path => JpegFile.TryLoad(path));
    }

    private static T Guarded<T>(string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (ImageFormatException exception)
        {
            throw new DatasetException(path, exception.Reason, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DatasetException.Unreadable(path, exception);
        }
    }
}
