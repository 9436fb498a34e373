namespace EfficientNet.Runtime;

/// <summary>
/// What memory holds where nothing was written: a signalling NaN with a payload of our own. Arithmetic makes it quiet and keeps the payload, so that a
/// number which was computed from it is told from every other NaN.
/// </summary>
internal static unsafe class Poison
{
    public const int Bits = 0x7FA5C0DE;

    private const int Quiet = Bits | 0x00400000;
    private const int QuietNegated = Quiet | unchecked((int)0x80000000);

    /// <summary>Floats that one span is to hold.</summary>
    private const int Stretch = 1 << 28;

    public static void Fill(float* memory, long floats)
    {
        for (long at = 0; at < floats; at += Stretch)
            Span(memory + at, floats - at).Fill(Bits);
    }

    /// <summary>The first float that is not poison any more, or −1.</summary>
    public static long FindChanged(float* memory, long floats)
    {
        for (long at = 0; at < floats; at += Stretch)
        {
            int found = Span(memory + at, floats - at).IndexOfAnyExcept(Bits);
            if (found >= 0)
                return at + found;
        }
        return -1;
    }

    /// <summary>The first float that was computed from poison, or −1.</summary>
    public static long FindComputedFrom(float* memory, long floats)
    {
        for (long at = 0; at < floats; at += Stretch)
        {
            int found = Span(memory + at, floats - at).IndexOfAny(Quiet, QuietNegated);
            if (found >= 0)
                return at + found;
        }
        return -1;
    }

    private static Span<int> Span(float* memory, long floats)
    {
        return new Span<int>(memory, (int)Math.Min(floats, Stretch));
    }
}
