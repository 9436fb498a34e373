using EfficientNet.Benchmarks.Machine;

namespace EfficientNet.Benchmarks.Scorecard.Model;

/// <summary>A fresh clone of the commit in a temporary folder, which lives as long as this.</summary>
internal sealed class CleanCopy : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("efficientnet-clean-copy-");

    /// <summary>Clones.</summary>
    /// <exception cref="InvalidOperationException">Git fails.</exception>
    public CleanCopy()
    {
        if (Command.TryRun("git", ["clone", "--quiet", "--local", Folders.Repository, _folder.FullName], out string output)) return;
        Dispose();
        throw new InvalidOperationException("cloning fails: " + Command.Tail(output));
    }

    /// <summary>The clone's root.</summary>
    public string Path => _folder.FullName;

    /// <summary>Runs <c>dotnet</c> in it with no more than the two processors that the clauses grant.</summary>
    /// <exception cref="InvalidOperationException">It fails.</exception>
    public void Dotnet(params string[] arguments)
    {
        var two = new Dictionary<string, string> { ["DOTNET_PROCESSOR_COUNT"] = "2" };
        if (!Command.TryRun("dotnet", [.. arguments, "-nodeReuse:false"], out string output, Path, two))
            throw new InvalidOperationException($"dotnet {arguments[0]} fails: {Command.Tail(output)}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Git's own files are read-only.
        foreach (FileInfo file in _folder.EnumerateFiles("*", SearchOption.AllDirectories).Where(file => file.IsReadOnly)) file.IsReadOnly = false;
        _folder.Delete(recursive: true);
    }
}
