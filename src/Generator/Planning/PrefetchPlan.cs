namespace EfficientNet.Compiler.Planning;

/// <summary>How far ahead of their use weights are fetched, and how much of them a reduction step fetches.</summary>
/// <remarks>
/// Weights lie in one blob in the order in which they are used, and together they exceed the second-level cache. Every kernel
/// that reads weights fetches its share of the blob, a constant distance ahead, spread over its reduction: layers, gates and the
/// next block's panels are covered without a special case. Reaching past the end of the blob is harmless: a prefetch cannot fault.
/// </remarks>
internal static class PrefetchPlan
{
    /// <summary>Floats between a weight's use and its fetch: 74 KiB, some microseconds. What lies behind the end of a worker's share is another's, and fetched in vain.</summary>
    public const int Ahead = 18944;

    public const int LineFloats = 16;

    /// <summary>Floats between a map's use and its fetch, where a pass goes through it from end to end: half a page.</summary>
    public const int AheadInMap = 512;

    /// <summary>Rows of the stem between the use of an image's rows and their fetch: three channels of short rows are no streams that a processor notices.</summary>
    public const int AheadInImage = 2;

    /// <summary>Larger maps are fetched ahead too, where a kernel reads them in pieces too short to be noticed as streams.</summary>
    public const int NearMapBytes = 256 * 1024;

    /// <summary>
    /// Floats of the next layer's weights by which a reduction step moves on, where it brings them from memory to the caches: more than two lines would take the
    /// time of sums, and of less than a quarter of a line the next layer has so few beside this one's work that nothing is won.
    /// </summary>
    private const int LeastNextPerStep = LineFloats / 4, MostNextPerStep = 2 * LineFloats;

    /// <summary>With more steps than this a line, less than a float a step, weights are so few that they need no fetching.</summary>
    private const int MostStepsPerLine = LineFloats;

    /// <summary>
    /// Floats by which each of some reduction steps moves on in what is fetched, so that together they cover a number of floats: whole lines, or where steps are
    /// many a part of one, which costs a second fetch of the same line and brings nothing too early. 0 where fetching does not pay.
    /// </summary>
    public static int FloatsPerStep(long floats, long steps)
    {
        if (steps > floats / LineFloats * MostStepsPerLine) return 0;
        long each = (floats + steps - 1) / steps;
        return (int)(each < LineFloats ? each : (each + LineFloats - 1) / LineFloats * LineFloats);
    }

    /// <summary>The same for the next layer's weights. 0 where a step would bring too many of them or too few.</summary>
    public static int NextFloatsPerStep(long floats, long steps) => FloatsPerStep(floats, steps) is var each and >= LeastNextPerStep and <= MostNextPerStep ? each : 0;
}
