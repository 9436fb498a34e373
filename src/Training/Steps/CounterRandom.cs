namespace EfficientNet.Training;

/// <summary>Random numbers by their place: number i of a stream is a function of seed, stream and i alone, so that no order of asking matters.</summary>
/// <remarks>SplitMix64's finalizer (Steele, Lea, Flood 2014) of a sum, twice.</remarks>
public readonly struct CounterRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private readonly ulong _key;

    /// <summary>A stream.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="stream">What the numbers are for: a step, a tensor.</param>
    public CounterRandom(ulong seed, ulong stream)
    {
        _key = Mix(Mix(seed + Golden) + stream * Golden);
    }

    /// <summary>A stream inside this one.</summary>
    /// <param name="stream">Its number.</param>
    public CounterRandom Of(ulong stream)
    {
        return new CounterRandom(_key, stream);
    }

    /// <summary>64 random bits.</summary>
    /// <param name="index">Their number in the stream.</param>
    public ulong Bits(ulong index)
    {
        return Mix(_key + (index + 1) * Golden);
    }

    /// <summary>A number in [0, 1), a multiple of 2^-53.</summary>
    /// <param name="index">Its number in the stream.</param>
    public double Uniform(ulong index)
    {
        return (Bits(index) >> 11) * (1.0 / (1UL << 53));
    }

    /// <summary>A normally distributed number of mean 0 and deviation 1 (Box, Muller 1958).</summary>
    /// <param name="index">Its number in the stream; it uses two numbers of its own.</param>
    public double Normal(ulong index)
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - Uniform(2 * index)));
        return radius * Math.Cos(2 * Math.PI * Uniform(2 * index + 1));
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
