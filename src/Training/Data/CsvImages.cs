using EfficientNet.Imaging;
using nietras.SeparatedValues;

namespace EfficientNet.Training;

/// <summary>
/// A table of image files and their labels, RFC 4180 with commas: the first line names the columns, among them <c>file</c> (a path, relative to the table) and either
/// <c>label</c> (one class) or <c>labels</c> (any number of classes, separated by <c>|</c>, possibly none).
/// </summary>
public sealed class CsvImages : ImageDataset
{
    private const string FileColumn = "file", LabelColumn = "label", LabelsColumn = "labels";

    private readonly string[] _files;
    private readonly int[][] _labels;

    private CsvImages(string name, IReadOnlyList<string> classes, bool isMultiLabel, string[] files, int[][] labels)
    {
        Name = name;
        Classes = classes;
        IsMultiLabel = isMultiLabel;
        _files = files;
        _labels = labels;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public override int Count => _files.Length;

    /// <inheritdoc/>
    public override bool IsMultiLabel { get; }

    /// <summary>Reads a table. Images are not looked at.</summary>
    /// <param name="file">The table, in UTF-8.</param>
    /// <param name="classes">The classes that there are to be, in the order of their numbers; null for those that the table has, in ordinal order.</param>
    /// <exception cref="DatasetException">The table cannot be read, lacks a column, has an empty cell or a label that is no class, or has no images; the message names the line.</exception>
    public static CsvImages Open(string file, IReadOnlyList<string>? classes = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        (bool many, List<string> files, List<string[]> labels, List<int> lines) = Rows(file);
        if (files.Count == 0)
            throw new DatasetException(file, "has no images: expected a line for each behind the first");
        classes ??= labels.SelectMany(names => names).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToArray();
        Dictionary<string, int> numbers = ClassNumbers.Of(classes);
        var found = new int[files.Count][];
        for (int i = 0; i < found.Length; i++)
        {
            found[i] = Array.ConvertAll(labels[i], name => numbers.TryGetValue(name, out int number)
                ? number : throw new DatasetException(file, $"line {lines[i]}: the label {name} is no class: expected {ClassNumbers.Some(classes)}"));
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        return new CsvImages(file, classes, many, files.Select(name => Path.Combine(folder, name)).ToArray(), found);
    }

    /// <inheritdoc/>
    public override string NameOf(int index) => _files[index];

    /// <inheritdoc/>
    public override ReadOnlySpan<int> LabelsOf(int index) => _labels[index];

    /// <inheritdoc/>
    public override Image Read(int index) => ReadFile(_files[index]);

    private static (bool Many, List<string> Files, List<string[]> Labels, List<int> Lines) Rows(string file)
    {
        List<string> files = [];
        List<string[]> labels = [];
        List<int> lines = [];
        int line = 1;
        try
        {
            using SepReader reader = Sep.New(',').Reader(options => options with { Unescape = true }).FromFile(file);
            int fileAt = reader.Header.TryIndexOf(FileColumn, out int at) ? at : throw Missing(FileColumn);
            bool many = reader.Header.TryIndexOf(LabelsColumn, out int labelsAt);
            int labelAt = many ? labelsAt : reader.Header.TryIndexOf(LabelColumn, out int one) ? one : throw Missing($"{LabelColumn} or {LabelsColumn}");
            foreach (SepReader.Row row in reader)
            {
                line = row.LineNumberFrom;
                string name = row[fileAt].ToString(), said = row[labelAt].ToString();
                if (name.Length == 0) throw new DatasetException(file, $"line {line}: the column {FileColumn} is empty");
                if (said.Length == 0 && !many) throw new DatasetException(file, $"line {line}: the column {LabelColumn} is empty");
                files.Add(name);
                labels.Add(many ? said.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct(StringComparer.Ordinal).ToArray() : [said]);
                lines.Add(line);
            }

            return (many, files, labels, lines);

            DatasetException Missing(string column) => new(file, $"line 1: expected a column {column}, found {string.Join(", ", reader.Header.ColNames)}");
        }
        catch (FileNotFoundException exception)
        {
            throw new DatasetException(file, "there is no such file", exception);
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentException or IndexOutOfRangeException or NotSupportedException)
        {
            throw new DatasetException(file, $"after line {line}: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DatasetException(file, $"cannot be read: {exception.Message}", exception);
        }
    }
}
