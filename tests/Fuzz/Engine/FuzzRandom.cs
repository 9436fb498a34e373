namespace EfficientNet.Fuzz.Tests.Engine;

/// <summary>
/// Random numbers that are a function of a run's seed, the target and the input's number, so that any input can be made again without those before it.
/// SplitMix64 (Steele, Lea and Flood 2014).
/// </summary>
internal sealed class FuzzRandom
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    private ulong _state;

    public FuzzRandom(ulong seed, string target, long number)
    {
        _state = seed;
        foreach (char c in target) _state = Mix(_state + c);
        _state = Mix(_state + (ulong)number);
    }

    /// <summary>A number from 0 to below <paramref name="end"/>; 0 where there is none.</summary>
    public int Next(int end) => end <= 1 ? 0 : (int)(Next() % (ulong)end);

    /// <summary>A number from <paramref name="low"/> to <paramref name="high"/>.</summary>
    public int Between(int low, int high) => low + Next(high - low + 1);

    public bool OneIn(int chances) => Next(chances) == 0;

    public T Of<T>(ReadOnlySpan<T> choices) => choices[Next(choices.Length)];

    public byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) bytes[i] = (byte)Next();
        return bytes;
    }

    public ulong Next() => Mix(_state += Golden);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
