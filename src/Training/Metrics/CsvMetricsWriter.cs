using System.Globalization;
using System.Text;
using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>Numbers of a run as a table: one line a step, one column a tag, RFC 4180. Histograms are left out.</summary>
public sealed class CsvMetricsWriter : IMetricsWriter
{
    private const string StepColumn = "step";

    private readonly string _path;
    private readonly IReadOnlyList<string> _tags;
    private readonly Dictionary<string, double> _row = new(StringComparer.Ordinal);
    private readonly WrittenFile _file;
    private long _step = -1;
    private long _rowAt;
    private bool _isWritten = true;

    /// <summary>Begins a table, or goes on with one: lines beyond a step belong to what was lost with it, and are dropped.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tags">The columns behind the step's.</param>
    /// <param name="step">Updates that were made; 0 begins anew.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is negative.</exception>
    /// <exception cref="ArgumentException">A tag has a comma, a quote or a line's end in it.</exception>
    /// <exception cref="IOException">The file cannot be written, or has other columns.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be written.</exception>
    public CsvMetricsWriter(string path, IReadOnlyList<string> tags, long step)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(tags);
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        if (tags.FirstOrDefault(tag => tag.AsSpan().ContainsAny(",\"\r\n")) is { } bad)
            throw new ArgumentException($"Tag {bad} would need quotes in a table.", nameof(tags));
        _path = path;
        _tags = tags;
        string header = string.Join(',', tags.Prepend(StepColumn));
        string[] kept = step > 0 && File.Exists(path) ? Kept(path, header, step) : [];
        WholeFile.Write(path, file =>
        {
            using var writer = new StreamWriter(file, leaveOpen: true) { NewLine = "\n" };
            writer.WriteLine(header);
            foreach (string line in kept) writer.WriteLine(line);
        });
        _file = new WrittenFile(path, FileMode.Open);
        _rowAt = _file.Seek(0, SeekOrigin.End);
        // The step that a run goes on from may have more to say.
        if (kept.Length > 0 && StepOf(kept[^1]) == step) Continue(kept[^1], step);
    }

    /// <summary>Reads a table's numbers: by tag, step and value, in order.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyList<(long Step, double Value)>> Read(string path)
    {
        string[] lines = WholeLines(path);
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
        if (step != _step)
        {
            WriteRow();
            _row.Clear();
            _rowAt = _file.Position;
            _step = step;
        }

        _row[tag] = value;
        _isWritten = false;
    }

    /// <inheritdoc/>
    public void Histogram(string tag, long step, ReadOnlySpan<float> values)
    {
    }

    /// <inheritdoc/>
    public void Flush()
    {
        WriteRow();
    }

    /// <summary>Writes the last line and closes the file.</summary>
    /// <exception cref="IOException">The line cannot be written; the file is closed.</exception>
    public void Dispose()
    {
        if (!_file.CanWrite) return;
        using (_file) WriteRow();
    }

    private string[] Kept(string path, string header, long step)
    {
        string[] lines = WholeLines(path);
        if (lines.Length > 0 && lines[0] != header)
            throw new IOException($"{path}: has the columns {lines[0]}: expected {header}");
        return lines.Skip(1).Where(line => line.Count(character => character == ',') == _tags.Count && StepOf(line) <= step).ToArray();
    }

    private void Continue(string line, long step)
    {
        string[] cells = line.Split(',');
        for (int i = 0; i < _tags.Count; i++)
        {
            // What somebody wrote there is not the run's.
            if (double.TryParse(cells[i + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out double value)) _row[_tags[i]] = value;
        }

        _step = step;
        _rowAt -= line.Length + 1;
    }

    // Over the step's line, should it have been written already.
    private void WriteRow()
    {
        if (_isWritten) return;
        string line = string.Join(',', _tags.Select(tag => _row.TryGetValue(tag, out double value) ? value.ToString("R", CultureInfo.InvariantCulture) : "")
            .Prepend(_step.ToString(CultureInfo.InvariantCulture)));
        byte[] bytes = Encoding.ASCII.GetBytes(line + "\n");
        long end = _file.Length;
        int inside = (int)Math.Min(end - _rowAt, bytes.Length);
        try
        {
            // First what takes room: a disk that has none keeps the line that is there.
            _file.Position = _rowAt + inside;
            _file.Write(bytes.AsSpan(inside));
        }
        catch (IOException)
        {
            _file.SetLength(end);
            throw;
        }

        _file.Position = _rowAt;
        _file.Write(bytes.AsSpan(0, inside));
        _file.Position = _rowAt + bytes.Length;
        if (_file.Position < end) _file.SetLength(_file.Position);
        _isWritten = true;
    }

    // The last one was cut short if it does not end: what it says may be the beginning of another number.
    private static string[] WholeLines(string path)
    {
        string text = File.ReadAllText(path);
        return text[..(text.LastIndexOf('\n') + 1)].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.TrimEnd('\r')).ToArray();
    }

    // Null for a line that is no row.
    private static long? StepOf(string line)
    {
        return long.TryParse(line.Split(',')[0], NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : null;
    }
}
