namespace EfficientNet.Numerics.Tests.Support;

/// <summary>A small generator of our own: System.Random promises no stable sequence.</summary>
/// <param name="seed">Which sequence.</param>
/// <param name="purpose">Keeps the sequences of one seed apart.</param>
internal sealed class Sequence(ulong seed, string purpose = "spec")
{
    private readonly ulong _hash = WeightRule.Hash(purpose, (int)seed);
    private ulong _index;

    /// <summary>A whole number from low to high, both included.</summary>
    public int Between(int low, int high) => low + (int)(WeightRule.Uniform(_hash, _index++) * (high - low + 1));

    public T Pick<T>(params T[] choices) => choices[Between(0, choices.Length - 1)];

    /// <summary>Whether one of so many cases has come.</summary>
    public bool OneIn(int cases) => Between(1, cases) == 1;
}
