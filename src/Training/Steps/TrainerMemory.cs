using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>A trainer's one block of memory, in floats; every part begins on a 64-byte boundary.</summary>
internal sealed unsafe class TrainerMemory : IDisposable
{
    private readonly AlignedBuffer _buffer;
    private readonly long _statisticsFloats;
    private long _next;
    private bool _isKept;

    /// <exception cref="InsufficientMemoryException">The memory cannot be had.</exception>
    public TrainerMemory(TrainingDescription description, int workers, int maximumBatch)
    {
        NetworkDescription network = description.Network;
        long classes = AlignedBuffer.RoundUp(network.Classes);
        try
        {
            checked
            {
                long[] lengths =
                [
                    description.ParameterFloats, description.ParameterFloats, description.StatisticsFloats, description.MapFloats * maximumBatch, description.VectorFloats * maximumBatch, description.RecordFloats,
                    WorkerMemory.Floats(description.ScratchFloats, workers), description.MaskFloats * maximumBatch, classes * maximumBatch, maximumBatch, maximumBatch * (long)network.Classes, OptionFloats, NormFloats(description), description.StatisticsFloats,
                ];
                _buffer = AlignedBuffer.Allocate(lengths.Aggregate(0L, (sum, length) => checked(sum + AlignedBuffer.RoundUp(length))), $"training {network.Name} with batches of {maximumBatch}");
                Parameters = Take(lengths[0]);
                Gradients = Take(lengths[1]);
                Statistics = Take(lengths[2]);
                Maps = Take(lengths[3]);
                Vectors = Take(lengths[4]);
                Records = Take(lengths[5]);
                Scratch = Take(lengths[6]);
                Masks = Take(lengths[7]);
                Logits = Take(lengths[8]);
                Loss = Take(lengths[9]);
                Targets = Take(lengths[10]);
                LossOptions = Take(lengths[11]);
                NormPartials = Take(lengths[12]);
                KeptStatistics = Take(lengths[13]);
            }
        }
        catch (OverflowException exception)
        {
            throw new InsufficientMemoryException($"Training {network.Name} with batches of {maximumBatch} needs more memory than can be addressed.", exception);
        }

        _statisticsFloats = description.StatisticsFloats;
        ScratchStride = WorkerMemory.Stride(description.ScratchFloats);
        LogitsStride = (int)classes;
    }

    /// <summary>Room for the numbers that a loss is told.</summary>
    public const int OptionFloats = 16;

    public float* Parameters { get; }

    public float* Gradients { get; }

    public float* Statistics { get; }

    public float* Maps { get; }

    public float* Vectors { get; }

    public float* Records { get; }

    public float* Scratch { get; }

    /// <summary>Floats from one worker's scratch to the next.</summary>
    public long ScratchStride { get; }

    public float* Masks { get; }

    public float* Logits { get; }

    /// <summary>Floats from one image's logits to the next.</summary>
    public int LogitsStride { get; }

    public float* Loss { get; }

    public float* Targets { get; }

    public float* LossOptions { get; }

    /// <summary>Room for the partial sums of the gradients' norm.</summary>
    public float* NormPartials { get; }

    /// <summary>Bytes of all parts.</summary>
    public long Bytes => _buffer.Length * sizeof(float);

    /// <summary>The running statistics as they were before the first step behind an update.</summary>
    public float* KeptStatistics { get; }

    /// <summary>Keeps the running statistics as they are before the first step behind an update.</summary>
    public void KeepStatistics()
    {
        if (!_isKept)
            Buffer.MemoryCopy(Statistics, KeptStatistics, _statisticsFloats * sizeof(float), _statisticsFloats * sizeof(float));
        _isKept = true;
    }

    /// <summary>Brings the kept statistics back, if there are any.</summary>
    public void RestoreStatistics()
    {
        if (_isKept)
            Buffer.MemoryCopy(KeptStatistics, Statistics, _statisticsFloats * sizeof(float), _statisticsFloats * sizeof(float));
        _isKept = false;
    }

    /// <summary>The statistics are as they should be.</summary>
    public void ForgetStatistics()
    {
        _isKept = false;
    }

    public void Dispose()
    {
        _buffer.Dispose();
    }

    /// <summary>A double for every 256 lines of parameters, and one more.</summary>
    private static long NormFloats(TrainingDescription description)
    {
        return 2 * (description.ParameterFloats / (256 * ParameterTable.Lanes) + 2);
    }

    private float* Take(long floats)
    {
        float* part = _buffer.Pointer + _next;
        _next += AlignedBuffer.RoundUp(floats);
        return part;
    }
}
