namespace EfficientNet.Training.Tests.Support;

/// <summary>A folder for one test's files.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory().FullName;

    /// <summary>A path in it.</summary>
    public string this[params string[] parts] => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
    }

    public string At(string relative)
    {
        return System.IO.Path.Combine(Path, relative);
    }

    public string Write(string relative, byte[] bytes)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(relative))!);
        File.WriteAllBytes(At(relative), bytes);
        return At(relative);
    }

    public string Write(string relative, string text)
    {
        return Write(relative, System.Text.Encoding.UTF8.GetBytes(text));
    }

    /// <summary>A PNG of two grey pixels.</summary>
    public string Png(string relative, int left = 5, int right = 6)
    {
        return Write(relative, new PngEncoder(2, 1, 0, 8, interlaced: false).Encode([left, right]));
    }
}
