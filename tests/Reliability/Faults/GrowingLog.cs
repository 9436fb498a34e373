using System.Buffers.Binary;
using EfficientNet.Training;

namespace EfficientNet.Reliability.Tests.Faults;

/// <summary>One kind of log that the product appends to, with numbers of a run of which every one follows from its step.</summary>
/// <param name="Kind">What is written.</param>
/// <param name="Open">Opens it in a folder, from a step on; 0 begins anew.</param>
/// <param name="Read">What a folder's log holds that began with a step.</param>
internal sealed record GrowingLog(string Kind, Func<string, long, IMetricsWriter> Open, Func<string, long, LogContent> Read)
{
    private static readonly string[] Tags = ["a", "b"];

    public static GrowingLog Table { get; } = new("a table of metrics", (folder, step) => new CsvMetricsWriter(TableIn(folder), Tags, step), ReadTable);

    public static GrowingLog Events { get; } = new("TensorBoard's events", (folder, step) => new TensorBoardWriter(folder, step), ReadEvents);

    public static IReadOnlyList<GrowingLog> All { get; } = [Table, Events];

    /// <summary>Numbers of one step.</summary>
    public static int OfStep => Tags.Length;

    /// <summary>Notes a step's numbers and hands each to the system: the later ones go into a line that is there already.</summary>
    public static void Add(IMetricsWriter writer, long step)
    {
        for (int number = 0; number < OfStep; number++) Note(writer, step, number);
    }

    /// <summary>Notes one of a step's numbers and hands it to the system.</summary>
    public static void Note(IMetricsWriter writer, long step, int number)
    {
        writer.Scalar(Tags[number], step, Value(Tags[number], step));
        writer.Flush();
    }

    private static double Value(string tag, long step) => tag == "a" ? 1.0 / (step + 3) : -Math.Sqrt(step);

    private static string TableIn(string folder) => Path.Combine(folder, "metrics.csv");

    private static LogContent ReadTable(string folder, long first)
    {
        var read = CsvMetricsWriter.Read(TableIn(folder));
        foreach (string tag in Tags) read[tag].ShouldBe(Enumerable.Range(0, read[tag].Count).Select(i => (first + i, Value(tag, first + i))), tag);
        read["b"].Count.ShouldBeInRange(read["a"].Count - 1, read["a"].Count);
        byte[] file = File.ReadAllBytes(TableIn(folder));
        // The header and each step have a line, and there is nothing else.
        return new LogContent(read.Values.Sum(values => values.Count), file[^1] == '\n' && file.Count(value => value == '\n') == 1 + read["a"].Count);
    }

    private static LogContent ReadEvents(string folder, long first)
    {
        byte[] file = File.ReadAllBytes(Directory.GetFiles(folder).ShouldHaveSingleItem());
        int records = 0;
        long at = 0;
        // A record: length, its checksum, the bytes, theirs.
        while (at + 12 <= file.Length)
        {
            long end = at + 16 + BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan((int)at));
            if (end > file.Length) break;
            at = end;
            records++;
        }

        // The first one says the format, the second where the run begins.
        return new LogContent(Math.Max(0, records - 2), at == file.Length);
    }
}
