namespace EfficientNet.Training;

/// <summary>Which images a batch has: a function of seed and the batch's number. Any number of threads may ask.</summary>
internal sealed class SampleOrder
{
    private readonly int _count;
    private readonly BatchLoaderOptions _options;
    private readonly Lock _gate = new();
    private (int Epoch, int[] Order) _latest;

    public SampleOrder(int count, BatchLoaderOptions options)
    {
        _count = count;
        _options = options;
        int all = options.KeepLast ? (int)(((long)count + options.BatchSize - 1) / options.BatchSize) : count / options.BatchSize;
        BatchesPerEpoch = options.BatchesPerEpoch == 0 ? all : Math.Min(all, options.BatchesPerEpoch);
        _latest = (-1, []);
    }

    public int BatchesPerEpoch { get; }

    public int EpochOf(long number)
    {
        return checked((int)(number / BatchesPerEpoch));
    }

    public ReadOnlySpan<int> Indices(long number)
    {
        int start = (int)(number % BatchesPerEpoch) * _options.BatchSize;
        return Order(EpochOf(number)).AsSpan(start, Math.Min(_options.BatchSize, _count - start));
    }

    private int[] Order(int epoch)
    {
        lock (_gate)
        {
            if (_latest.Epoch == epoch)
                return _latest.Order;
            int[] order = [.. Enumerable.Range(0, _count)];
            if (_options.Shuffle)
                new RandomSequence(new CounterRandom(_options.Seed, RandomPurpose.Order).Of((ulong)epoch)).Shuffle(order);
            // A thread that is late in the epoch before makes that one's order once more.
            if (epoch > _latest.Epoch)
                _latest = (epoch, order);
            return order;
        }
    }
}
