using System.Globalization;
using EfficientNet.Reliability.Tests.Faults;
using EfficientNet.Reliability.Tests.Support;
using EfficientNet.Training;

namespace EfficientNet.Reliability.Tests;

/// <summary>What tests do to a process of its own: kill it, take its rights, starve it of memory, fill its disk.</summary>
internal static class Program
{
    public static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["write", var kind, var path]:
                Write(Writer(kind), path);
                break;
            case ["log", var kind, var folder]:
                Log(Log(kind), folder);
                break;
            case ["read", .. var paths]:
                foreach (Reader reader in Reader.All)
                {
                    foreach (string path in paths) Console.WriteLine(reader.Try(path) ?? "read");
                }

                break;
            case ["fill", var kind, var disk, var points]:
                FullDiskProcess.Write(Writer(kind), new SmallDisk(disk), int.Parse(points, CultureInfo.InvariantCulture));
                break;
            case ["fill-log", var kind, var disk, var points]:
                FullDiskProcess.Log(Log(kind), new SmallDisk(disk), int.Parse(points, CultureInfo.InvariantCulture));
                break;
            case ["limit", var folder]:
                LimitedProcess.Run(folder);
                break;
            case ["starve"]:
                StarvedProcess.Run();
                break;
            default:
                throw new ArgumentException(string.Join(' ', arguments));
        }

        return 0;
    }

    private static Writer Writer(string kind) => Faults.Writer.All.Single(writer => writer.Kind == kind);

    private static GrowingLog Log(string kind) => GrowingLog.All.Single(log => log.Kind == kind);

    // Writes the two versions in turn over each other, and answers each on a line, for ever.
    private static void Write(Writer writer, string path)
    {
        TinyModel[] models = Faults.Writer.Versions.Select(seed => new TinyModel(seed)).ToArray();
        for (long written = 0; ; written++)
        {
            writer.Write(models[written % models.Length], path);
            Console.WriteLine(written);
        }
    }

    private static void Log(GrowingLog kind, string folder)
    {
        using IMetricsWriter log = kind.Open(folder, 0);
        for (long step = 1; ; step++)
        {
            GrowingLog.Add(log, step);
            Console.WriteLine(step);
        }
    }
}
