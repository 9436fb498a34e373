using EfficientNet.Fuzz.Tests.Engine;

namespace EfficientNet.Fuzz.Tests.Formats;

/// <summary>Changes bytes that have no structure, or whose structure is to be broken.</summary>
internal static class ByteMutation
{
    private const int LongestRun = 64;
    private const int LongestInput = 1 << 16;

    private static readonly byte[][] Interesting =
    [
        [0], [1], [0x7F], [0x80], [0xFF], [0, 0], [0xFF, 0xFF], [0x7F, 0xFF], [0xFF, 0x7F], [0x80, 0], [0, 0x80], [0, 1], [1, 0],
        [0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF], [0x7F, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0x7F], [0x80, 0, 0, 0], [0, 0, 0, 0x80], [0, 0, 1, 0], [0, 1, 0, 0],
        [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0, 1, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
    ];

    /// <summary>One to four changes.</summary>
    public static byte[] Havoc(byte[] bytes, FuzzRandom random)
    {
        for (int rounds = random.OneIn(2) ? 1 : random.Between(2, 4); rounds > 0; rounds--) bytes = Change(bytes, random);
        return bytes;
    }

    private static byte[] Change(byte[] bytes, FuzzRandom random)
    {
        if (bytes.Length == 0) return random.Bytes(random.Between(1, 8));
        int at = random.Next(bytes.Length);
        int run = Math.Min(random.Between(1, LongestRun), bytes.Length - at);
        switch (random.Next(9))
        {
            case 0:
            case 1:
                return Replaced(bytes, at, [(byte)(bytes[at] ^ 1 << random.Next(8))]);
            case 2:
                return Replaced(bytes, at, [(byte)(bytes[at] + random.Between(-4, 4))]);
            case 3:
            case 4:
                return Replaced(bytes, at, random.Of<byte[]>(Interesting));
            case 5:
                return [.. bytes.AsSpan(0, at), .. bytes.AsSpan(at + run)];
            case 6 when bytes.Length < LongestInput:
                return [.. bytes.AsSpan(0, at), .. random.OneIn(2) ? random.Of<byte[]>(Interesting) : random.Bytes(random.Between(1, 8)), .. bytes.AsSpan(at)];
            case 7 when bytes.Length < LongestInput:
                return [.. bytes.AsSpan(0, at + run), .. bytes.AsSpan(at)];
            default:
                return Replaced(bytes, at, bytes.AsSpan(random.Next(bytes.Length - run + 1), run).ToArray());
        }
    }

    private static byte[] Replaced(byte[] bytes, int at, byte[] by)
    {
        byte[] changed = [.. bytes];
        by.AsSpan(0, Math.Min(by.Length, bytes.Length - at)).CopyTo(changed.AsSpan(at));
        return changed;
    }
}
