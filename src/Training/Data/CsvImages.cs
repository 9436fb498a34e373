using System.Text;
using EfficientNet.Imaging;
using EfficientNet.Runtime;
using nietras.SeparatedValues;

namespace EfficientNet.Training;

/// <summary>
/// A table of images in UTF-8, RFC 4180 with a header: column <c>file</c> has paths relative to the table, and column <c>label</c> one class each, or column <c>labels</c>
/// any number of classes with <c>|</c> between them (none for an empty field). Other columns are passed over. An image may stand in several rows,
/// for example labelled by several people; every row counts as an image.
/// </summary>
public sealed class CsvImages : ImageDataset
{
    // Names of classes in another encoding would become part of the weights with their letters lost. A reader that knows no mark of its own would take UTF-8's for the sign of an
    // encoding that forgives everything.
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);

    private readonly ClassTable _classes;
    private readonly string[] _files;
    private readonly int[][] _labels;

    private CsvImages(string name, ClassTable classes, string[] files, int[][] labels, bool isMultiLabel)
    {
        Name = name;
        _classes = classes;
        _files = files;
        _labels = labels;
        IsMultiLabel = isMultiLabel;
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Classes => _classes.Names;

    /// <inheritdoc/>
    public override int Count => _files.Length;

    /// <inheritdoc/>
    public override bool IsMultiLabel { get; }

    /// <summary>Reads the table; that every image is there is seen, but none is opened.</summary>
    /// <param name="file">The table.</param>
    /// <param name="classes">The classes in the network's order; null for all that occur, in ordinal order.</param>
    /// <exception cref="DatasetException">The table cannot be read, is not UTF-8, has no such columns or no rows, or a row lacks its image or its class; the line is named.</exception>
    public static CsvImages Open(string file, IReadOnlyList<string>? classes = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(file);
        List<(string Path, string[] Labels, string Place)> rows;
        bool isMultiLabel;
        try
        {
            rows = ReadRows(file, out isMultiLabel);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw DatasetException.Unreadable(file, exception);
        }
        catch (DecoderFallbackException exception)
        {
            throw new DatasetException(file, $"expected UTF-8, found bytes {Convert.ToHexString(exception.BytesUnknown ?? [])}", exception);
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentException or NotSupportedException)
        {
            throw new DatasetException(file, Text.OneLine(exception.Message.ReplaceLineEndings(" ")), exception);
        }

        if (rows.Count == 0)
            throw new DatasetException(file, "expected a row for each image, found none");
        string[] names = classes?.ToArray() ?? rows.SelectMany(row => row.Labels).Distinct().Order(StringComparer.Ordinal).ToArray();
        if (names.Length == 0)
            throw new DatasetException(file, "expected classes in column labels, found none");
        var table = new ClassTable(names);
        int[][] labels = rows.Select(row => row.Labels.Select(label => table.NumberOf(label, file, row.Place)).Distinct().Order().ToArray()).ToArray();
        return new CsvImages(file, table, rows.Select(row => row.Path).ToArray(), labels, isMultiLabel);
    }

    /// <inheritdoc/>
    public override string NameOf(int index)
    {
        return _files[index];
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<int> LabelsOf(int index)
    {
        return _labels[index];
    }

    /// <inheritdoc/>
    public override Image Read(int index)
    {
        return ImageFiles.Read(_files[index]);
    }

    /// <inheritdoc/>
    public override JpegFile? OpenJpeg(int index)
    {
        return ImageFiles.OpenJpeg(_files[index]);
    }

    private static List<(string Path, string[] Labels, string Place)> ReadRows(string file, out bool isMultiLabel)
    {
        string folder = Path.GetDirectoryName(file) ?? "";
        using var text = new StreamReader(file, Utf8);
        using SepReader reader = Sep.New(',').Reader(options => options with { DisableColCountCheck = true }).From(text);
        string[] columns = reader.Header.ColNames.Select(name => Unquoted(name, file, "line 1")).ToArray();
        if (columns.Distinct().Count() != columns.Length)
            throw new DatasetException(file, "line 1", "columns of different names", string.Join(", ", columns));
        isMultiLabel = columns.Contains("labels");
        if (!columns.Contains("file") || isMultiLabel == columns.Contains("label"))
            throw new DatasetException(file, "line 1", "columns file and label, or file and labels", columns.Length == 0 ? "nothing" : string.Join(", ", columns));

        int ofFile = Array.IndexOf(columns, "file"), ofLabel = Array.IndexOf(columns, isMultiLabel ? "labels" : "label");
        var rows = new List<(string, string[], string)>();
        string? blank = null;
        foreach (SepReader.Row row in reader)
        {
            string place = $"line {row.LineNumberFrom}";
            // Lines without anything are passed over where nothing but such follows: many programs end a table so.
            if (row.ColCount == 1 && row[0].Span.IsEmpty)
            {
                blank ??= place;
                continue;
            }

            // All fields: a quote where none may be makes one field of whatever follows, to the next one.
            string[] fields = new string[row.ColCount];
            for (int i = 0; i < fields.Length; i++) fields[i] = Unquoted(row[i].ToString(), file, place);
            if (blank is not null || row.ColCount != columns.Length)
                throw new DatasetException(file, blank ?? place, $"{columns.Length} fields, as line 1 has them", blank is null ? $"{row.ColCount}" : "an empty line");
            string path = Path.Combine(folder, fields[ofFile]);
            string label = fields[ofLabel];
            if (!File.Exists(path))
                throw new DatasetException(file, place, "an image", $"no file {path}");
            if (label.Length == 0 && !isMultiLabel)
                throw new DatasetException(file, place, "a class", "nothing");
            rows.Add((path, !isMultiLabel ? [label] : label.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), place));
        }

        return rows;
    }

    /// <summary>What a field says: itself, or what is between its quotes, in which each of its own is doubled.</summary>
    private static string Unquoted(string field, string file, string place)
    {
        if (!field.Contains('"')) return field;
        string? inner = field.Length >= 2 && field[0] == '"' && field[^1] == '"' ? field[1..^1] : null;
        if (inner is null || inner.Replace("\"\"", "").Contains('"'))
            throw new DatasetException(file, place, "quotes around a whole field, and those in it doubled", Text.Quote(field));
        return inner.Replace("\"\"", "\"");
    }
}
