namespace EfficientNet.Runtime.Tests.Support;

/// <summary>A folder of its own for one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("efficientnet-").FullName;

    public string File(string name)
    {
        return System.IO.Path.Combine(Path, name);
    }

    public string Write(string name, byte[] bytes)
    {
        System.IO.File.WriteAllBytes(File(name), bytes);
        return File(name);
    }

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
    }
}
