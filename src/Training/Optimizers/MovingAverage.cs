using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>An exponential moving average of a trainer's parameters and running statistics. Made by <see cref="Trainer.CreateAverage"/>.</summary>
public sealed unsafe class MovingAverage : IDisposable
{
    private readonly TrainingDescription _description;
    private readonly AlignedBuffer _buffer;

    internal MovingAverage(TrainingDescription description, float* parameters, float* statistics)
    {
        _description = description;
        _buffer = AlignedBuffer.Allocate(description.ParameterFloats + description.StatisticsFloats, $"the moving average of {description.Network.Name}");
        Copy(parameters, Parameters, description.ParameterFloats);
        Copy(statistics, Statistics, description.StatisticsFloats);
    }

    /// <summary>Averages of the parameters, laid out like them.</summary>
    internal float* Parameters => _buffer.Pointer;

    /// <summary>Averages of the running statistics.</summary>
    internal float* Statistics => _buffer.Pointer + _description.ParameterFloats;

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        _buffer.Dispose();
    }

    internal void ThrowIfNotOf(TrainingDescription description)
    {
        if (!ReferenceEquals(description, _description))
            throw new ArgumentException($"This average is of another trainer of {_description.Network.Name}, not of this one of {description.Network.Name}.", "average");
    }

    private static void Copy(float* from, float* to, long floats)
    {
        Buffer.MemoryCopy(from, to, floats * sizeof(float), floats * sizeof(float));
    }
}
