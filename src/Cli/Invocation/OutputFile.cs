namespace EfficientNet.Cli.Invocation;

/// <summary>Where a command writes.</summary>
internal static class OutputFile
{
    /// <summary>Links that are followed one after another, as Linux follows them; more lead in circles.</summary>
    private const int MostLinks = 40;

    private static readonly StringComparison Names = OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <summary>Refuses an output that would take the place of what it is made of.</summary>
    /// <param name="output">The output.</param>
    /// <param name="inputs">Files that are read; null for those that are not given.</param>
    /// <exception cref="CommandFailureException">The output is one of them.</exception>
    public static void ThrowIfInput(string output, params IEnumerable<string?> inputs)
    {
        if (inputs.Any(input => input is not null && IsSame(input, output)))
            throw new CommandFailureException($"{output}: this is read: expected another file to write");
    }

    /// <summary>Refuses a path that no file can be written to, before anything is computed for it.</summary>
    /// <param name="output">The output.</param>
    /// <param name="made">A folder that will be there when it is written; null for none.</param>
    /// <exception cref="CommandFailureException">It is a folder, or lies in none.</exception>
    public static void ThrowIfNowhere(string output, string? made = null)
    {
        if (Directory.Exists(output)) throw new CommandFailureException($"{output}: is a folder");
        string folder = Path.GetDirectoryName(Path.GetFullPath(output))!;
        if (!Directory.Exists(folder) && (made is null || !IsSame(folder, made))) throw new CommandFailureException($"{output}: the folder does not exist");
    }

    /// <summary>Whether two paths lead to one file, also by links: what is written through one replaces what it leads to.</summary>
    public static bool IsSame(string one, string other) => string.Equals(Followed(one, 0), Followed(other, 0), Names);

    /// <summary>A path without links.</summary>
    private static string Followed(string path, int links)
    {
        string whole = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (links > MostLinks || Path.GetDirectoryName(whole) is not { } parent) return whole;
        string folder = Followed(parent, links), entry = Path.Combine(folder, Path.GetFileName(whole));
        return TargetOf(entry) is { } target ? Followed(Path.Combine(folder, target), links + 1) : entry;
    }

    private static string? TargetOf(string path)
    {
        try
        {
            return Directory.Exists(path) ? new DirectoryInfo(path).LinkTarget : new FileInfo(path).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Where nobody may look nothing can be read either.
            return null;
        }
    }
}
