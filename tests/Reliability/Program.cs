using EfficientNet.Reliability.Tests.Faults;
using EfficientNet.Reliability.Tests.Support;
using EfficientNet.Training;

namespace EfficientNet.Reliability.Tests;

/// <summary>What tests do to a process of its own: kill it, take its rights, starve it of memory.</summary>
internal static class Program
{
    public static int Main(string[] arguments)
    {
        switch (arguments)
        {
            case ["write", var kind, var path]:
                Write(kind, path);
                break;
            case ["log", var kind, var folder]:
                Log(kind, folder);
                break;
            case ["read", .. var paths]:
                foreach (Reader reader in Reader.All)
                {
                    foreach (string path in paths) Console.WriteLine(reader.Try(path) ?? "read");
                }

                break;
            case ["starve"]:
                StarvedProcess.Run();
                break;
            default:
                throw new ArgumentException(string.Join(' ', arguments));
        }

        return 0;
    }

    // Writes the two versions in turn over each other, and answers each on a line, for ever.
    private static void Write(string kind, string path)
    {
        Writer writer = Writer.All.Single(writer => writer.Kind == kind);
        TinyModel[] models = Writer.Versions.Select(seed => new TinyModel(seed)).ToArray();
        for (long written = 0; ; written++)
        {
            writer.Write(models[written % models.Length], path);
            Console.WriteLine(written);
        }
    }

    private static void Log(string kind, string folder)
    {
        using IMetricsWriter log = GrowingLog.Open(kind, folder, step: 0);
        for (long step = 1; ; step++)
        {
            GrowingLog.Add(log, step);
            Console.WriteLine(step);
        }
    }
}
