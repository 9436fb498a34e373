using System.Buffers.Binary;
using EfficientNet.Training.Schema;
using EfficientNet.Training.Tests.Support;

namespace EfficientNet.Training.Tests.Metrics;

/// <summary>Event files, read back record by record with checksums computed here, bit by bit.</summary>
public class TensorBoardWriterTests
{
    [Fact]
    public void Checksums_are_those_of_the_published_polynomial()
    {
        // RFC 3720, B.4: 32 zeros.
        Crc32C(new byte[32]).ShouldBe(0x8A9136AAu);
        Crc32C("123456789"u8).ShouldBe(0xE3069283u);
    }

    [Fact]
    public void Numbers_come_back_in_order_behind_the_version()
    {
        using var folder = new TemporaryFolder();
        using (var board = new TensorBoardWriter(folder.Root, step: 0))
        {
            board.Scalar("training/loss", 10, 0.5);
            board.Scalar("é", 20, -3);
            board.Flush();
            Events(folder).Length.ShouldBe(4);
        }

        Event[] events = Events(folder);
        events[0].FileVersion.ShouldBe("brain.Event:2");
        events[0].Step.ShouldBe(0);
        events.ShouldAllBe(e => Math.Abs(e.WallTime - DateTimeOffset.UtcNow.ToUnixTimeSeconds()) < 600);
        // Of several beginnings TensorBoard takes the first for the run's own, and drops what was lost at the others alone.
        events[1].SessionLog.Status.ShouldBe(SessionLog.Types.SessionStatus.Start);
        events[1].Step.ShouldBe(1);
        events[2..].Select(e => (e.Step, e.Summary.Value.Single().Tag, e.Summary.Value.Single().SimpleValue)).ShouldBe([(10L, "training/loss", 0.5f), (20L, "é", -3f)]);
    }

    [Fact]
    public void Going_on_begins_a_later_file_that_drops_only_what_was_lost()
    {
        using var folder = new TemporaryFolder();
        for (int i = 0; i < 3; i++) new TensorBoardWriter(folder.Root, step: 7 * i).Dispose();
        string[] files = Files(folder);
        files.Length.ShouldBe(3);
        Event[] last = Read(files[2]);
        last.Length.ShouldBe(2);
        last[1].SessionLog.Status.ShouldBe(SessionLog.Types.SessionStatus.Start);
        // TensorBoard drops this step and those behind it, and step 14 itself is not lost.
        last[1].Step.ShouldBe(15);
        Read(files[0]).Length.ShouldBe(2);
    }

    [Fact]
    public void Histograms_count_every_value_in_its_bucket()
    {
        using var folder = new TemporaryFolder();
        float[] values = [-1e30f, -1, -1e-9f, 0, 0, 1e-4f, 0.5f, 0.5f, 3, 1e30f];
        using (var board = new TensorBoardWriter(folder.Root, step: 0))
        {
            board.Histogram("w", 3, values);
            board.Histogram("empty", 4, []);
        }

        HistogramProto histogram = Events(folder).Skip(2).ShouldHaveSingleItem().Summary.Value.Single().Histo;
        (histogram.Min, histogram.Max, histogram.Num).ShouldBe((-1e30f, 1e30f, values.Length));
        histogram.Sum.ShouldBe(values.Sum(value => (double)value));
        histogram.SumSquares.ShouldBe(values.Sum(value => (double)value * value));
        histogram.BucketLimit.Count.ShouldBe(histogram.Bucket.Count);
        histogram.BucketLimit.ShouldBe(histogram.BucketLimit.Order());
        double below = double.NegativeInfinity;
        for (int i = 0; i < histogram.Bucket.Count; i++)
        {
            double limit = histogram.BucketLimit[i];
            histogram.Bucket[i].ShouldBe(values.Count(value => value >= below && value < limit), $"bucket {i}, from {below} to {limit}");
            below = limit;
        }
    }

    private static string[] Files(TemporaryFolder folder) => Directory.GetFiles(folder.Root, "events.out.tfevents.*").Order(StringComparer.Ordinal).ToArray();

    private static Event[] Events(TemporaryFolder folder) => Read(Files(folder).ShouldHaveSingleItem());

    private static Event[] Read(string path)
    {
        // The writer may have it open.
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        List<Event> events = [];
        for (int at = 0; at < bytes.Length;)
        {
            int length = (int)BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
            Masked(bytes.AsSpan(at, 8)).ShouldBe(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            Masked(bytes.AsSpan(at + 12, length)).ShouldBe(BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            events.Add(Event.Parser.ParseFrom(bytes, at + 12, length));
            at += 16 + length;
        }

        return [.. events];
    }

    private static uint Masked(ReadOnlySpan<byte> bytes)
    {
        uint crc = Crc32C(bytes);
        return unchecked(((crc >> 15) | (crc << 17)) + 0xA282EAD8);
    }

    private static uint Crc32C(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78);
        }

        return ~crc;
    }
}
