using EfficientNet.Cli.Benchmarking;
using EfficientNet.Cli.Invocation;
using EfficientNet.Cli.Output;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Networks;

/// <summary>Gives a network its weights.</summary>
internal static class NetworkLoading
{
    /// <summary>Loads a network from a file, or with the weights inside the program.</summary>
    /// <param name="entry">The network.</param>
    /// <param name="weights">A safetensors file; null for the weights inside, which the entry then has.</param>
    /// <param name="terminal">Where warnings go.</param>
    /// <exception cref="WeightFileException">The file cannot be used.</exception>
    /// <exception cref="CommandFailureException">The environment asks for an instruction set that there is not.</exception>
    public static CompiledNetwork Load(this NetworkEntry entry, string? weights, Terminal terminal)
    {
        // Before the weights are read, because the network itself would ask only after that.
        CheckEnvironment();
        var options = new NetworkOptions { Warning = terminal.Warning };
        if (weights is not null) return entry.FromFile(weights, options);

        using Stream inside = OpenInside(entry, out string resource);
        return entry.FromStream(inside, resource, options);
    }

    /// <summary>Loads a network to be measured: with its own weights, or with random ones where there are none.</summary>
    /// <param name="entry">The network.</param>
    /// <param name="weights">A weight file, or null.</param>
    /// <param name="terminal">Where warnings go.</param>
    /// <param name="source">Where the weights came from.</param>
    /// <exception cref="WeightFileException">The file cannot be used.</exception>
    /// <exception cref="CommandFailureException">The environment asks for an instruction set that there is not.</exception>
    public static CompiledNetwork LoadToMeasure(this NetworkEntry entry, string? weights, Terminal terminal, out WeightSource source)
    {
        source = weights is not null ? WeightSource.File : entry.HasWeightsInside ? WeightSource.Inside : WeightSource.Random;
        if (source != WeightSource.Random) return entry.Load(weights, terminal);
        CheckEnvironment();
        using MemoryStream random = RandomWeights.Write(entry.Description);
        return entry.FromStream(random, "random weights", new NetworkOptions { Warning = terminal.Warning });
    }

    /// <summary>Opens a network's weights as they are: a file, or those inside the program.</summary>
    /// <param name="entry">The network.</param>
    /// <param name="weights">A weight file; null for the weights inside, which the entry then has.</param>
    /// <param name="use">Reads them.</param>
    /// <exception cref="WeightFileException">The file cannot be used.</exception>
    public static void WithWeights(this NetworkEntry entry, string? weights, Action<WeightFile> use)
    {
        using Stream? inside = weights is null ? OpenInside(entry, out weights) : null;
        using WeightFile file = inside is null ? WeightFile.Open(weights) : WeightFile.Open(inside, weights);
        use(file);
    }

    private static Stream OpenInside(NetworkEntry entry, out string resource)
    {
        resource = entry.Weights ?? throw new InvalidOperationException($"{entry.Name} has no weights inside.");
        return Resources.Open(resource);
    }

    /// <summary>Looks whether the environment asks for an instruction set, before anything takes long.</summary>
    /// <exception cref="CommandFailureException">It asks for one that there is not.</exception>
    public static void CheckEnvironment()
    {
        try
        {
            Hardware.Choose(null);
        }
        catch (Exception exception) when (exception is ArgumentException or PlatformNotSupportedException)
        {
            throw new CommandFailureException(exception.Message, exception);
        }
    }
}
