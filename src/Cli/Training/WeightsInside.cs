using EfficientNet.Cli.Invocation;
using EfficientNet.Cli.Networks;

namespace EfficientNet.Cli.Training;

/// <summary>Weights to begin with: a file, or those inside the program, which lie in a temporary file as long as this lives.</summary>
internal sealed class WeightsInside : IDisposable
{
    private const string Inside = "inside";

    private readonly string? _temporary;

    /// <param name="entry">The network.</param>
    /// <param name="named">What the user named: a file, <c>inside</c>, or nothing.</param>
    /// <exception cref="CommandFailureException">There are none inside, or the temporary file cannot be written.</exception>
    public WeightsInside(NetworkEntry entry, string? named)
    {
        Path = named;
        if (named != Inside) return;
        string resource = entry.Weights ?? throw new CommandFailureException($"--weights inside: {entry.Name} has no weights inside the program");
        string folder = System.IO.Path.GetTempPath();
        FileReason.Writing(folder, () => folder = Directory.CreateTempSubdirectory("efficientnet-").FullName);
        _temporary = folder;
        Path = System.IO.Path.Combine(folder, resource);
        try
        {
            FileReason.Writing(Path, () => Copy(resource, Path));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The file; null for none.</summary>
    public string? Path { get; }

    /// <summary>Removes the temporary file.</summary>
    public void Dispose()
    {
        if (_temporary is not null) Directory.Delete(_temporary, recursive: true);
    }

    private static void Copy(string resource, string path)
    {
        using Stream source = Resources.Open(resource);
        using FileStream file = File.Create(path);
        source.CopyTo(file);
    }
}
