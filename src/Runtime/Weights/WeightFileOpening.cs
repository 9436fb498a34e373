namespace EfficientNet.Runtime;

/// <summary>Opens paths and streams as weight files, with one wording for everything that can go wrong before the
/// format matters.</summary>
internal static class WeightFileOpening
{
    /// <summary>Opens a path.</summary>
    /// <param name="path">The file.</param>
    /// <param name="open">Makes the weight file of a name and its bytes, which it then owns.</param>
    public static T File<T>(string path, Func<string, ByteSource, T> open)
        where T : WeightFile
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            if (Directory.Exists(path))
                throw new WeightFileException(path, "is a folder");
            return Owned(path, ByteSource.OpenFile(path), open);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new WeightFileException(path, "there is no such file", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new WeightFileException(path, "may not be read", exception);
        }
        catch (Exception exception) when (exception is IOException and not WeightFileException or NotSupportedException or ArgumentException)
        {
            throw new WeightFileException(path, $"cannot be opened: {exception.Message}", exception);
        }
    }

    /// <summary>Opens a stream.</summary>
    public static T Stream<T>(Stream stream, string name, Func<string, ByteSource, T> open)
        where T : WeightFile
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(name);
        try
        {
            return Owned(name, ByteSource.FromStream(stream), open);
        }
        catch (IOException exception) when (exception is not WeightFileException)
        {
            throw new WeightFileException(name, $"cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The format that the first bytes tell. What is no PyTorch file is read as safetensors, whose errors say
    /// what is missing.</summary>
    public static WeightFile ByContent(string name, ByteSource source)
    {
        Span<byte> start = stackalloc byte[PyTorchSignature.Length];
        start = start[..source.Fill(0, start)];
        PyTorchSignature.ThrowIfUnreadable(name, start);
        return PyTorchSignature.IsArchive(start) || PyTorchSignature.IsLegacy(start)
            ? new PyTorchFile(name, source, isArchive: PyTorchSignature.IsArchive(start))
            : new SafetensorsFile(name, source);
    }

    private static T Owned<T>(string name, ByteSource source, Func<string, ByteSource, T> open)
    {
        try
        {
            return open(name, source);
        }
        catch
        {
            source.Dispose();
            throw;
        }
    }
}
