namespace EfficientNet.Runtime;

/// <summary>
/// Where things lie in a session's one block of memory, in floats: the arena that all workers share, or where a pass takes as many images as there are
/// workers an arena for each, the first being the shared one; each worker's scratch, the pooled features of a batch, one image's logits. Each begins on a
/// 64-byte boundary.
/// </summary>
internal readonly struct SessionLayout
{
    public SessionLayout(NetworkDescription network, int workers, int maximumBatch)
    {
        try
        {
            checked
            {
                Arenas = maximumBatch >= workers ? workers : 1;
                ImagesAtOnce = Math.Max(1, Math.Min(network.ImagesAtOnce, maximumBatch / Arenas));
                ArenaStride = WorkerMemory.Stride(network.ArenaFloats);
                ScratchStride = WorkerMemory.Stride(network.ScratchFloats);
                ScratchAt = WorkerMemory.Floats(network.ArenaFloats, Arenas * ImagesAtOnce);
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

    /// <summary>One, or one for each worker: where <see cref="ImagesAtOnce"/> is more than 1, that many arenas each.</summary>
    public int Arenas { get; }

    /// <summary>Images that a pass, or a worker alone, has under way together: the arenas of each.</summary>
    public int ImagesAtOnce { get; }

    public long ArenaStride { get; }

    public long ScratchAt { get; }

    public long ScratchStride { get; }

    public long FeaturesAt { get; }

    public long LogitsAt { get; }

    public long Floats { get; }
}
