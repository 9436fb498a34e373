using EfficientNet.Reliability.Tests.Support;
using EfficientNet.Training;

namespace EfficientNet.Reliability.Tests.Faults;

/// <summary>A process with a small disk of its own, which it fills to one point after the other.</summary>
internal static class FullDiskProcess
{
    // That a log has room for, up to: lines have other lengths in each, so that the disk ends anywhere in one.
    private const int PagesOfLog = 4;

    /// <summary>Writes a kind of file where it does not fit, over an old one and anew, with less and with more room.</summary>
    public static void Write(Writer writer, SmallDisk disk, int points)
    {
        string file = Path.Combine(disk.Files, "file");
        TinyModel[] models = [.. Writer.Versions.Select(seed => new TinyModel(seed))];
        byte[][] versions = [.. models.Select(model => Written(writer, model, file))];
        int pages = (versions[1].Length + SmallDisk.Page - 1) / SmallDisk.Page;
        for (int point = 0; point < points; point++)
        {
            bool isThere = point % 2 == 0, hasEntry = point > 1;
            disk.Clear();
            if (isThere) File.WriteAllBytes(file, versions[0]);
            // From the last page that is missing to all of them.
            long room = SmallDisk.Page * (pages - 1 - (long)point * pages / points);
            disk.Leave(room);
            if (!hasEntry) disk.LeaveNoEntry();
            string about = $"{writer.Kind}, {(isThere ? "over an old one" : "anew")}, {(hasEntry ? $"{room} of {versions[1].Length} bytes" : "without an entry")}";
            SmallDisk.Refuses(() => writer.Write(models[1], file), file, about);
            disk.Room.ShouldBe(room, about);
            Directory.GetFiles(disk.Files).ShouldBe(isThere ? [file] : [], about);
            if (isThere) File.ReadAllBytes(file).AsSpan().SequenceEqual(versions[0]).ShouldBeTrue(about);
            disk.MakeRoom();
            Written(writer, models[1], file).AsSpan().SequenceEqual(versions[1]).ShouldBeTrue(about);
        }

        disk.OpenFiles.ShouldBeEmpty(writer.Kind);
        Console.WriteLine($"{points} points, {versions[1].Length} bytes");
    }

    /// <summary>Appends to a log until that fails; then it goes on where there is room, or another one does.</summary>
    public static void Log(GrowingLog log, SmallDisk disk, int points)
    {
        for (int point = 0; point < points; point++)
        {
            disk.Clear();
            // Steps of other lengths move the lines.
            long first = 1 + (long)Math.Pow(7, point % 12) * point;
            disk.Leave(SmallDisk.Page * (point % PagesOfLog));
            string about = $"{log.Kind}, point {point}";
            if (point % PagesOfLog == 0)
            {
                SmallDisk.Refuses(() => log.Open(disk.Files, 0), disk.Files, about);
                Directory.GetFiles(disk.Files).ShouldBeEmpty(about);
                continue;
            }

            long handedOver = 0;
            IMetricsWriter writer = log.Open(disk.Files, 0);
            SmallDisk.Refuses(() =>
            {
                for (; ; handedOver++) GrowingLog.Note(writer, first + handedOver / GrowingLog.OfStep, (int)(handedOver % GrowingLog.OfStep));
            }, disk.Files, about);
            log.Read(disk.Files, first).ShouldBe(new LogContent(handedOver, IsWhole: true), about);
            if (point / PagesOfLog % 2 == 0)
            {
                // It kept what it could not write.
                disk.MakeRoom();
                writer.Flush();
                log.Read(disk.Files, first).ShouldBe(new LogContent(handedOver + 1, IsWhole: true), about);
                writer.Dispose();
            }
            else
            {
                SmallDisk.Refuses(writer.Dispose, disk.Files, about);
                disk.MakeRoom();
            }

            GoOn(log, disk.Files, first, about);
        }

        disk.OpenFiles.ShouldBeEmpty(log.Kind);
        Console.WriteLine($"{points} points");
    }

    // As a run that is resumed: from the last step of which all was handed over.
    private static void GoOn(GrowingLog log, string folder, long first, string about)
    {
        LogContent found = log.Read(folder, first);
        found.IsWhole.ShouldBeTrue(about);
        long last = first + found.Numbers / GrowingLog.OfStep - 1;
        using (IMetricsWriter again = log.Open(folder, last)) GrowingLog.Add(again, last + 1);
        if (log == GrowingLog.Table) log.Read(folder, first).ShouldBe(new LogContent((last + 2 - first) * GrowingLog.OfStep, IsWhole: true), about);
        else Directory.GetFiles(folder).Length.ShouldBe(2, about);
    }

    private static byte[] Written(Writer writer, TinyModel model, string file)
    {
        writer.Write(model, file);
        return File.ReadAllBytes(file);
    }
}
