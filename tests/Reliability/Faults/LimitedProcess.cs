using EfficientNet.Reliability.Tests.Support;
using EfficientNet.Training;

namespace EfficientNet.Reliability.Tests.Faults;

/// <summary>A process that may write no long files.</summary>
internal static class LimitedProcess
{
    private const string Reason = "File too large";

    // Bytes of files: a log has a few lines by then.
    private const int Limit = 500;

    /// <summary>Writes every kind of file where it gets too long, and says each kind on a line.</summary>
    public static void Run(string folder)
    {
        TinyModel[] models = [.. Writer.Versions.Select(seed => new TinyModel(seed))];
        foreach (Writer writer in Writer.All)
        {
            string file = Path.Combine(folder, "file");
            writer.Write(models[0], file);
            byte[] old = File.ReadAllBytes(file);
            Limited(() => SmallDisk.Refuses(() => writer.Write(models[1], file), file, writer.Kind, Reason));
            Directory.GetFiles(folder).ShouldBe([file], writer.Kind);
            File.ReadAllBytes(file).AsSpan().SequenceEqual(old).ShouldBeTrue(writer.Kind);
            File.Delete(file);
            Console.WriteLine(writer.Kind);
        }

        foreach (GrowingLog log in GrowingLog.All)
        {
            string own = Directory.CreateDirectory(Path.Combine(folder, "log")).FullName;
            using (IMetricsWriter writer = log.Open(own, 0))
            {
                long handedOver = 0;
                Limited(() => SmallDisk.Refuses(() =>
                {
                    for (; ; handedOver++) GrowingLog.Note(writer, 1 + handedOver / GrowingLog.OfStep, (int)(handedOver % GrowingLog.OfStep));
                }, own, log.Kind, Reason));
                log.Read(own, 1).ShouldBe(new LogContent(handedOver, IsWhole: true), log.Kind);
            }

            Directory.Delete(own, recursive: true);
            Console.WriteLine(log.Kind);
        }
    }

    private static void Limited(Action act)
    {
        ProcessLimit.FileLength.Set(Limit);
        try
        {
            act();
        }
        finally
        {
            ProcessLimit.FileLength.Lift();
        }
    }
}
