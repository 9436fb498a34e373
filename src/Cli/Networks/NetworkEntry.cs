using EfficientNet.Runtime;

namespace EfficientNet.Cli.Networks;

/// <summary>One compiled network of this program.</summary>
internal sealed class NetworkEntry
{
    private readonly Func<NetworkDescription> _description;

    /// <summary>Makes an entry.</summary>
    /// <param name="name">The generated class's name.</param>
    /// <param name="description">Its description, which is built only when it is asked for: a program that runs one
    /// network should not pay for the tables of all.</param>
    public NetworkEntry(string name, Func<NetworkDescription> description)
    {
        Name = name;
        _description = description;
    }

    /// <summary>What the user calls it.</summary>
    public string Name { get; }

    /// <summary>The network as data.</summary>
    public NetworkDescription Description => _description();

    /// <summary>Loads it from a weight file: safetensors, or a PyTorch file.</summary>
    public required Func<string, NetworkOptions, CompiledNetwork> FromFile { get; init; }

    /// <summary>Loads it from a weight file in a stream, which the text names in messages.</summary>
    public required Func<Stream, string, NetworkOptions, CompiledNetwork> FromStream { get; init; }

    /// <summary>Makes its training code; null where it was compiled without.</summary>
    public Func<TrainingProgram>? Training { get; init; }

    /// <summary>The resource with its weights; null when the program has none.</summary>
    public string? Weights { get; init; }

    /// <summary>Whether it runs without a weight file.</summary>
    public bool HasWeightsInside => Weights is not null;
}
