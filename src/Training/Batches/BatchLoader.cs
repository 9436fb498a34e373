using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>
/// Reads and prepares batches on threads of its own, ahead of whoever takes them. Batch k is a function of data, settings and k: not of the number of threads,
/// and not of which batches came before.
/// </summary>
public sealed class BatchLoader : IDisposable
{
    private const ulong OrderPurpose = 0x6F726465, ImagePurpose = 0x61756720, MixPurpose = 0x6D697820; // apart from the streams of masks and initialisation

    private readonly ImageDataset _data;
    private readonly BatchLoaderOptions _options;
    private readonly ImageAugmenter _augmenter;
    private readonly int _side;
    private readonly Slot[] _slots;
    private readonly Thread[] _threads;
    private readonly Lock _orderLock = new();
    private readonly object _gate = new();
    private (int Epoch, int[] Order) _order = (-1, []);
    private long _next;
    private long _taken;
    private bool _stopped;

    /// <summary>Starts the threads.</summary>
    /// <param name="data">Images with known classes.</param>
    /// <param name="preprocessing">From an image to the input.</param>
    /// <param name="options">Batches, order, augmentation.</param>
    /// <exception cref="ArgumentException">The data set has fewer images than a batch, or the preprocessing makes no sense.</exception>
    public BatchLoader(ImageDataset data, Preprocessing preprocessing, BatchLoaderOptions options)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(preprocessing);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.BatchSize);
        ArgumentOutOfRangeException.ThrowIfNegative(options.BatchesPerEpoch);
        ArgumentOutOfRangeException.ThrowIfNegative(options.FirstBatch);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Threads);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Ahead);
        int whole = options.KeepLast ? (data.Count + options.BatchSize - 1) / options.BatchSize : data.Count / options.BatchSize;
        BatchesPerEpoch = options.BatchesPerEpoch == 0 ? whole : options.BatchesPerEpoch;
        if (BatchesPerEpoch == 0 || BatchesPerEpoch > whole)
            throw new ArgumentException($"{data.Name} has {data.Count} images, not the {Math.Max(1, BatchesPerEpoch)} times {options.BatchSize} that an epoch takes.", nameof(data));
        _data = data;
        _options = options;
        _augmenter = new ImageAugmenter(preprocessing, options.Augmentation, options.Fit);
        _side = preprocessing.Crop;
        _next = _taken = options.FirstBatch;
        bool targets = data.IsMultiLabel || options.Augmentation.Mixup > 0 || options.Augmentation.CutMix > 0;
        _slots = new Slot[Math.Max(options.Ahead, options.Threads) + 1];
        for (int i = 0; i < _slots.Length; i++)
            _slots[i] = new Slot(new Batch(options.BatchSize, _augmenter.InputLength, data.Classes.Count, targets, data.IsMultiLabel));
        _threads = new Thread[options.Threads];
        for (int i = 0; i < _threads.Length; i++)
        {
            _threads[i] = new Thread(Work) { IsBackground = true, Name = $"batches {i}" };
            _threads[i].Start();
        }
    }

    /// <summary>Batches of an epoch.</summary>
    public int BatchesPerEpoch { get; }

    /// <summary>The next batch, which waits already if the threads are fast enough; over epochs without end.</summary>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="DatasetException">One of its images cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The loader was disposed.</exception>
    public Batch Take(CancellationToken cancellation = default)
    {
        using CancellationTokenRegistration wake = cancellation.Register(Wake);
        lock (_gate)
        {
            // Whoever takes a batch is done with the one before: its slot is free.
            Slot slot = _slots[_taken % _slots.Length];
            while (slot.Ready != _taken)
            {
                cancellation.ThrowIfCancellationRequested();
                ObjectDisposedException.ThrowIf(_stopped, this);
                Monitor.Wait(_gate);
            }

            if (slot.Failure is { } failure)
                throw failure is DatasetException told ? new DatasetException(told.File, told.Reason, told) : new InvalidOperationException($"batch {_taken} could not be made", failure);
            _taken++;
            Monitor.PulseAll(_gate);
            return slot.Batch;
        }
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _stopped = true;
            Monitor.PulseAll(_gate);
        }

        foreach (Thread thread in _threads) thread.Join();
    }

    private void Wake()
    {
        lock (_gate) Monitor.PulseAll(_gate);
    }

    private void Work()
    {
        LowPriority.Set();
        while (true)
        {
            long number;
            Slot slot;
            lock (_gate)
            {
                // One slot is the taker's, who still looks at the batch before.
                while (!_stopped && _next >= _taken - 1 + _slots.Length) Monitor.Wait(_gate);
                if (_stopped) return;
                number = _next++;
                slot = _slots[number % _slots.Length];
            }

            Exception? failure = null;
            try
            {
                Make(slot.Batch, number);
            }
            catch (Exception exception)
            {
                failure = exception;
            }

            lock (_gate)
            {
                (slot.Failure, slot.Ready) = (failure, number);
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void Make(Batch batch, long number)
    {
        int epoch = (int)(number / BatchesPerEpoch), first = (int)(number % BatchesPerEpoch) * _options.BatchSize;
        int[] order = OrderOf(epoch);
        (batch.Number, batch.Epoch, batch.Count) = (number, epoch, Math.Min(_options.BatchSize, order.Length - first));
        batch.MutableTargets.Clear();
        CounterRandom images = new CounterRandom(_options.Seed, ImagePurpose).Of((ulong)epoch);
        for (int i = 0; i < batch.Count; i++)
        {
            int index = order[first + i];
            ReadOnlySpan<int> labels = _data.LabelsOf(index);
            batch.MutableIndices[i] = index;
            batch.MutableLabels[i] = labels.IsEmpty ? -1 : labels[0];
            if (!batch.MutableTargets.IsEmpty)
            {
                foreach (int label in labels) batch.MutableTargets[i * _data.Classes.Count + label] = 1;
            }

            _augmenter.Write(_data.Read(index), new RandomStream(images.Of((ulong)index)), batch.MutableImages.Slice(i * batch.ImageFloats, batch.ImageFloats));
        }

        if (_options.Augmentation.Mixup > 0 || _options.Augmentation.CutMix > 0)
            Mixing.Apply(batch.MutableImages, batch.MutableTargets, batch.Count, _side, _options.Augmentation, new RandomStream(new CounterRandom(_options.Seed, MixPurpose).Of((ulong)number)));
    }

    // Fisher and Yates's shuffle of the epoch's own numbers.
    private int[] OrderOf(int epoch)
    {
        lock (_orderLock)
        {
            if (_order.Epoch == epoch) return _order.Order;
            int[] order = Enumerable.Range(0, _data.Count).ToArray();
            CounterRandom random = new CounterRandom(_options.Seed, OrderPurpose).Of((ulong)epoch);
            for (int i = order.Length - 1; _options.Shuffle && i > 0; i--)
            {
                int other = (int)(random.Uniform((ulong)i) * (i + 1));
                (order[i], order[other]) = (order[other], order[i]);
            }

            _order = (epoch, order);
            return order;
        }
    }

    private sealed class Slot(Batch batch)
    {
        public Batch Batch => batch;

        public long Ready { get; set; } = -1;

        public Exception? Failure { get; set; }
    }
}
