namespace EfficientNet.Runtime;

/// <summary>Memory of which every worker has its own, all of it in one block.</summary>
/// <remarks>
/// A processor that sees a kernel go from block to block of a map fetches the blocks that would come next, past the end of the memory. What it took there from
/// a neighbour, that worker has to take back before it can write: a projection of training took half as long again. Seven blocks ahead were seen, 196 KiB.
/// </remarks>
internal static class WorkerMemory
{
    /// <summary>Floats between the memory of two workers: 256 KiB.</summary>
    private const long Gap = 64 * 1024;

    /// <summary>Floats from where one worker's memory begins to where the next one's does.</summary>
    /// <param name="floats">Length of one worker's memory.</param>
    /// <exception cref="OverflowException">They cannot be counted.</exception>
    public static long Stride(long floats)
    {
        return checked(AlignedBuffer.RoundUp(floats) + Gap);
    }

    /// <summary>Floats of all workers' memory.</summary>
    /// <param name="floats">Length of one worker's memory.</param>
    /// <param name="workers">Number of workers, at least 1.</param>
    /// <exception cref="OverflowException">They cannot be counted.</exception>
    public static long Floats(long floats, int workers)
    {
        return checked((workers - 1) * Stride(floats) + AlignedBuffer.RoundUp(floats));
    }
}
