namespace EfficientNet.Runtime;

/// <summary>
/// Where things lie in a session's one block of memory, in floats: the arenas that all workers share, or where a pass takes as many images as there are
/// workers arenas for each, the first worker's being the shared ones; each worker's scratch, the pooled features of a batch, one image's logits. Each begins
/// on a 64-byte boundary.
/// </summary>
internal readonly struct SessionLayout
{
    public SessionLayout(NetworkDescription network, int workers, int maximumBatch)
    {
        try
        {
            checked
            {
                Sets = maximumBatch >= workers ? workers : 1;
                ImagesAtOnce = Math.Max(1, Math.Min(network.ImagesAtOnce, maximumBatch / Sets));
                ArenaStride = AlignedBuffer.RoundUp(network.ArenaFloats);
                SetStride = WorkerMemory.Stride(ImagesAtOnce * ArenaStride);
                ScratchStride = WorkerMemory.Stride(network.ScratchFloats);
                ScratchAt = WorkerMemory.Floats(ImagesAtOnce * ArenaStride, Sets);
                FeaturesAt = ScratchAt + WorkerMemory.Floats(network.ScratchFloats, workers);
                LogitsAt = FeaturesAt + AlignedBuffer.RoundUp((long)maximumBatch * network.Features);
                Floats = LogitsAt + AlignedBuffer.RoundUp(network.Classes);
            }
        }
        catch (OverflowException exception)
        {
            throw new InsufficientMemoryException($"A session of {network.Name} needs more memory than can be addressed.", exception);
        }
    }

    /// <summary>Sets of arenas: one, or one for each worker.</summary>
    public int Sets { get; }

    public long SetStride { get; }

    /// <summary>Images that all workers together, or each alone, have under way: the arenas of a set.</summary>
    public int ImagesAtOnce { get; }

    public long ArenaStride { get; }

    public long ScratchAt { get; }

    public long ScratchStride { get; }

    public long FeaturesAt { get; }

    public long LogitsAt { get; }

    public long Floats { get; }
}
