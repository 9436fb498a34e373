using System.Runtime.ExceptionServices;
using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>
/// Makes batches of a data set on threads of its own, ahead of who takes them, endlessly, epoch after epoch. Batch k is a function of data set, options and k alone,
/// whatever the number of threads and wherever a run was interrupted.
/// </summary>
public sealed class BatchLoader : IDisposable
{
    private readonly BatchMaker _maker;
    private readonly Slot[] _slots;
    private readonly Thread[] _threads;
    private readonly CancellationTokenSource _stopping = new();
    private readonly object _gate = new();
    private long _nextMade;
    private long _nextTaken;

    /// <summary>Starts preparing.</summary>
    /// <param name="data">The images.</param>
    /// <param name="preprocessing">The network's numbers; <see cref="Preprocessing.Crop"/> is the images' side.</param>
    /// <param name="options">Batch size, augmentation, threads.</param>
    /// <exception cref="ArgumentException">An option is out of its range, the data set is empty, or it has fewer images than a batch and <see cref="BatchLoaderOptions.KeepLast"/> is not set.</exception>
    public BatchLoader(ImageDataset data, Preprocessing preprocessing, BatchLoaderOptions options)
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentNullException.ThrowIfNull(preprocessing);
        ArgumentNullException.ThrowIfNull(options);
        options.Check();
        if (data.Count == 0)
            throw new ArgumentException($"{data.Name} has no images.", nameof(data));
        if (data.Count < options.BatchSize && !options.KeepLast)
            throw new ArgumentException($"{data.Name} has {data.Count} images, fewer than a batch of {options.BatchSize}, and smaller batches are left out.", nameof(options));

        _maker = new BatchMaker(data, preprocessing, options);
        _nextMade = _nextTaken = options.FirstBatch;
        // One more than may be ready: the batch that was taken last.
        _slots = new Slot[Math.Max(options.Ahead, options.Threads) + 1];
        for (int i = 0; i < _slots.Length; i++)
            _slots[i] = new Slot(_maker.NewBatch());
        _threads = Enumerable.Range(0, options.Threads).Select(i => YieldingThread.Start($"batch loader {i}", Work)).ToArray();
    }

    /// <summary>Batches of an epoch.</summary>
    public int BatchesPerEpoch => _maker.Order.BatchesPerEpoch;

    /// <summary>The next batch, when it is ready. One thread may take.</summary>
    /// <param name="cancellation">Ends the waiting; looked at in any case.</param>
    /// <returns>The batch; the next call takes it back.</returns>
    /// <exception cref="DatasetException">An image of this batch cannot be read; it is named. Every further call says so again.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; the next call gets the batch.</exception>
    /// <exception cref="ObjectDisposedException">The loader was disposed.</exception>
    public Batch Take(CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        using CancellationTokenRegistration waking = cancellation.UnsafeRegister(_ => Wake(), null);
        lock (_gate)
        {
            Slot slot = SlotOf(_nextTaken);
            while (slot.Ready != _nextTaken)
            {
                ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
                cancellation.ThrowIfCancellationRequested();
                Monitor.Wait(_gate);
            }

            ObjectDisposedException.ThrowIf(_stopping.IsCancellationRequested, this);
            slot.Fault?.Throw();
            _nextTaken++;
            Monitor.PulseAll(_gate);
            return slot.Batch;
        }
    }

    /// <summary>Ends the threads. Batches that were taken are no longer written to.</summary>
    public void Dispose()
    {
        _stopping.Cancel();
        Wake();
        foreach (Thread thread in _threads)
            thread.Join();
    }

    private void Work()
    {
        while (true)
        {
            long number;
            lock (_gate)
            {
                // The slot of the batch that was taken last is not free yet.
                while (_nextMade >= _nextTaken + _slots.Length - 1 && !_stopping.IsCancellationRequested)
                    Monitor.Wait(_gate);
                if (_stopping.IsCancellationRequested)
                    return;
                number = _nextMade++;
            }

            Slot slot = SlotOf(number);
            ExceptionDispatchInfo? fault = null;
            try
            {
                _maker.Make(number, slot.Batch, _stopping.Token);
            }
            catch (Exception exception)
            {
                fault = ExceptionDispatchInfo.Capture(exception);
            }

            lock (_gate)
            {
                slot.Fault = fault;
                slot.Ready = number;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void Wake()
    {
        lock (_gate)
            Monitor.PulseAll(_gate);
    }

    private Slot SlotOf(long number)
    {
        return _slots[number % _slots.Length];
    }

    private sealed class Slot(Batch batch)
    {
        public Batch Batch => batch;

        /// <summary>The number of the batch that is whole in it, or −1.</summary>
        public long Ready { get; set; } = -1;

        public ExceptionDispatchInfo? Fault { get; set; }
    }
}
