namespace EfficientNet.Cli.Invocation;

/// <summary>Where a command writes.</summary>
internal static class OutputFile
{
    /// <summary>Refuses an output that would take the place of what it is made of.</summary>
    /// <param name="output">The output.</param>
    /// <param name="inputs">Files that are read; null for those that are not given.</param>
    /// <exception cref="CommandFailureException">The output is one of them.</exception>
    public static void ThrowIfInput(string output, params IEnumerable<string?> inputs)
    {
        if (inputs.Any(input => input is not null && Path.GetFullPath(input) == Path.GetFullPath(output)))
            throw new CommandFailureException($"{output}: this is read: expected another file to write");
    }
}
