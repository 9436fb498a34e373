using System.Globalization;
using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>Numbers of a run as a table: one line a step, one column a tag, RFC 4180. Histograms are left out.</summary>
public sealed class CsvMetricsWriter : IMetricsWriter
{
    private const string StepColumn = "step";

    private readonly string _path;
    private readonly IReadOnlyList<string> _tags;
    private readonly Dictionary<string, double> _row = new(StringComparer.Ordinal);
    private readonly StreamWriter _writer;
    private long _step = -1;

    /// <summary>Begins a table, or goes on with one: lines beyond a step belong to what was lost with it, and are dropped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tags">The columns behind the step's.</param>
    /// <param name="step">Updates that were made; 0 begins anew.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public CsvMetricsWriter(string path, IReadOnlyList<string> tags, long step)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tags);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        _path = path;
        _tags = tags;
        string header = string.Join(',', tags.Prepend(StepColumn));
        string[] kept = step > 0 && File.Exists(path) ? File.ReadAllLines(path).Skip(1).Where(line => StepOf(line) <= step).ToArray() : [];
        WholeFile.Write(path, file =>
        {
            using var writer = new StreamWriter(file, leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine(header);
            foreach (string line in kept) writer.WriteLine(line);
        });
        _writer = new StreamWriter(path, append: true) { NewLine = "\n" };
    }

    /// <summary>Reads a table's numbers: by tag, step and value, in order.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<(long Step, double Value)>> Read(string path)
    {
        string[] lines = File.ReadAllLines(path);
        string[] tags = lines.Length == 0 ? [] : lines[0].Split(',')[1..];
        var series = tags.ToDictionary(tag => tag, _ => new List<(long, double)>(), StringComparer.Ordinal);
        foreach (string line in lines.Skip(1))
        {
            string[] cells = line.Split(',');
            if (StepOf(line) is not { } step || cells.Length != tags.Length + 1) continue;
            for (int i = 0; i < tags.Length; i++)
            {
                if (double.TryParse(cells[i + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out double value)) series[tags[i]].Add((step, value));
            }
        }

        return series.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<(long, double)>)pair.Value, StringComparer.Ordinal);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The table has no such column.</exception>
    public void Scalar(string tag, long step, double value)
    {
        if (!_tags.Contains(tag)) throw new ArgumentException($"{_path} has no column {tag}.", nameof(tag));
        if (step != _step) EndRow();
        _step = step;
        _row[tag] = value;
    }

    /// <inheritdoc/>
    public void Histogram(string tag, long step, ReadOnlySpan<float> values)
    {
    }

    /// <inheritdoc/>
    public void Flush()
    {
        EndRow();
        _writer.Flush();
    }

    /// <summary>Writes the last line and closes the file.</summary>
    public void Dispose()
    {
        EndRow();
        _writer.Dispose();
    }

    private void EndRow()
    {
        if (_row.Count == 0) return;
        _writer.WriteLine(string.Join(',', _tags.Select(tag => _row.TryGetValue(tag, out double value) ? value.ToString("R", CultureInfo.InvariantCulture) : "")
            .Prepend(_step.ToString(CultureInfo.InvariantCulture))));
        _row.Clear();
    }

    // Null for a line that was cut short.
    private static long? StepOf(string line)
    {
        return long.TryParse(line.Split(',')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : null;
    }
}
