using System.Globalization;
using EfficientNet.Runtime;
using EfficientNet.Training.Schema;
using Google.Protobuf;

namespace EfficientNet.Training;

/// <summary>Numbers and histograms of a run in TensorBoard's event format, one file each time a run begins or goes on.</summary>
public sealed class TensorBoardWriter : IMetricsWriter
{
    private const string FileVersion = "brain.Event:2";
    private const int BucketsOfHalf = 32;
    private const int MostPending = 1 << 16;

    // Limits of buckets as TensorFlow has them, but fewer: symmetric, each 1.5 times the one before.
    private static readonly double[] Limits = MakeLimits();

    private readonly WrittenFile _file;

    // Whole records that the file has not taken yet.
    private readonly MemoryStream _pending = new();

    /// <summary>Begins a file.</summary>
    /// <param name="folder">The folder that TensorBoard is pointed at.</param>
    /// <param name="step">Updates that were made: what other files say beyond it was lost, and TensorBoard drops it.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public TensorBoardWriter(string folder, long step)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        // TensorBoard reads the files of a folder in the order of their names.
        long seconds = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        for (int number = 0; ; number++)
        {
            string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{seconds:D10}.{number:D2}.efficientnet"));
            if (File.Exists(path)) continue;
            _file = new WrittenFile(path, FileMode.CreateNew);
            break;
        }

        Write(0, new Event { FileVersion = FileVersion });
        // TensorBoard drops what others have from this step on; the step that a run goes on from has been kept. Of a folder's files the first has to say so too:
        // the first beginning that is read counts as the run's own, and drops nothing.
        Write(step + 1, new Event { SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start } });
        try
        {
            Flush();
        }
        catch
        {
            _file.Dispose();
            File.Delete(_file.Name);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Scalar(string tag, long step, double value)
    {
        Write(step, new Event { Summary = new Summary { Value = { new Summary.Types.Value { Tag = tag, SimpleValue = (float)value } } } });
    }

    /// <inheritdoc/>
    public void Histogram(string tag, long step, ReadOnlySpan<float> values)
    {
        if (values.IsEmpty) return;
        var histogram = new HistogramProto { Min = double.PositiveInfinity, Max = double.NegativeInfinity, Num = values.Length };
        var counts = new double[Limits.Length];
        foreach (float value in values)
        {
            histogram.Min = Math.Min(histogram.Min, value);
            histogram.Max = Math.Max(histogram.Max, value);
            histogram.Sum += value;
            histogram.SumSquares += (double)value * value;
            int at = Array.BinarySearch(Limits, value);
            // A bucket ends before its limit.
            counts[Math.Min(Limits.Length - 1, at < 0 ? ~at : at + 1)]++;
        }

        histogram.BucketLimit.AddRange(Limits);
        histogram.Bucket.AddRange(counts);
        Write(step, new Event { Summary = new Summary { Value = { new Summary.Types.Value { Tag = tag, Histo = histogram } } } });
    }

    /// <inheritdoc/>
    public void Flush()
    {
        long end = _file.Position;
        try
        {
            _file.Write(_pending.GetBuffer().AsSpan(0, (int)_pending.Length));
        }
        catch (IOException)
        {
            // Readers go no further than a record that is cut.
            _file.SetLength(end);
            throw;
        }

        _pending.SetLength(0);
    }

    /// <summary>Writes what is left and closes the file.</summary>
    /// <exception cref="IOException">It cannot be written; the file is closed.</exception>
    public void Dispose()
    {
        if (!_file.CanWrite) return;
        using (_file) Flush();
    }

    private void Write(long step, Event what)
    {
        what.Step = step;
        what.WallTime = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;
        RecordFile.Write(_pending, what.ToByteArray());
        if (_pending.Length >= MostPending) Flush();
    }

    private static double[] MakeLimits()
    {
        double[] half = Enumerable.Range(0, BucketsOfHalf).Select(i => 1e-4 * Math.Pow(1.5, i)).ToArray();
        return [.. Enumerable.Reverse(half).Select(limit => -limit), 0, .. half, double.MaxValue];
    }
}
