using System.Diagnostics;
using System.Globalization;
using EfficientNet.Reliability.Tests.Reports;
using EfficientNet.Reliability.Tests.Support;
using EfficientNet.Training;

namespace EfficientNet.Reliability.Tests.Faults;

/// <summary>Processes that write all the time, killed at any moment.</summary>
public class KilledWriterTests
{
    // Each takes the start of a process: hundreds are asked for by hand.
    private static readonly int Kills = ByHand.Count("EFFICIENTNET_KILLS", otherwise: 3);

    private const int MoreKills = 20;

    // Milliseconds: behind the beginning of a file, within its writing; or behind a whole one, anywhere up to the next.
    private const double LongestWithin = 0.5, LongestBehind = 15;

    public static TheoryData<string> Kinds => [.. Writer.All.Select(writer => writer.Kind)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_that_is_replaced_is_the_old_one_or_the_new_one(string kind)
    {
        using var folder = new TemporaryFolder();
        Writer writer = Writer.All.Single(writer => writer.Kind == kind);
        byte[][] versions = Writer.Versions.Select(seed =>
        {
            using var model = new TinyModel(seed);
            writer.Write(model, folder["version"]);
            return File.ReadAllBytes(folder["version"]);
        }).ToArray();
        versions[0].ShouldNotBe(versions[1], "or the versions could not be told apart");
        File.Delete(folder["version"]);
        int halfWritten = 0;
        // Kills that never fall into the writing of a file show little: of three a busy machine may miss all.
        for (int kill = 0; kill < Kills || (halfWritten == 0 && kill < Kills + MoreKills); kill++)
        {
            long last = Kill(["write", kind, folder["file"]], kill, within: kill % 2 == 0, () => Directory.GetFiles(folder.Root, "*.tmp").Length > 0);
            if (File.Exists(folder["file"]))
            {
                byte[] found = File.ReadAllBytes(folder["file"]);
                int version = Array.FindIndex(versions, version => version.AsSpan().SequenceEqual(found));
                version.ShouldBeGreaterThanOrEqualTo(0, $"{kind}, kill {kill}: {found.Length} bytes of neither version");
                // Of the file that was said to be written, or of the one behind it.
                if (last >= 0 && kill == 0) version.ShouldBeOneOf((int)(last % 2), (int)((last + 1) % 2));
            }
            else
            {
                last.ShouldBe(-1, $"{kind}, kill {kill}: a file that was said to be written is not there");
            }

            foreach (string half in Directory.GetFiles(folder.Root, "*.tmp"))
            {
                halfWritten++;
                File.Delete(half);
            }
        }

        halfWritten.ShouldBeGreaterThan(0);
        ReliabilityRow.Note($"kill -9 in the writing of: {kind}", Kills, $"{halfWritten} during the writing; the old file or the new one is whole");
    }

    [Fact]
    public void A_table_has_every_line_that_was_handed_over_and_goes_on()
    {
        for (int kill = 0; kill < Kills; kill++)
        {
            using var folder = new TemporaryFolder();
            long last = Kill(["log", GrowingLog.Table.Kind, folder.Root], kill, within: false, () => false);
            GrowingLog.Table.Read(folder.Root, 1).Numbers.ShouldBeGreaterThanOrEqualTo(GrowingLog.OfStep * last, $"kill {kill}");
            using (IMetricsWriter again = GrowingLog.Table.Open(folder.Root, last)) GrowingLog.Add(again, last + 1);
            GrowingLog.Table.Read(folder.Root, 1).ShouldBe(new LogContent(GrowingLog.OfStep * (last + 1), IsWhole: true), $"kill {kill}");
        }

        ReliabilityRow.Note($"kill -9 in the writing of: {GrowingLog.Table.Kind}", Kills, "every line that was handed over is there, and no part of one counts");
    }

    [Fact]
    public void Events_are_whole_records_up_to_the_last_that_was_handed_over()
    {
        for (int kill = 0; kill < Kills; kill++)
        {
            using var folder = new TemporaryFolder();
            long last = Kill(["log", GrowingLog.Events.Kind, folder.Root], kill, within: false, () => false);
            GrowingLog.Events.Read(folder.Root, 1).Numbers.ShouldBeGreaterThanOrEqualTo(GrowingLog.OfStep * last, $"kill {kill}");
        }

        ReliabilityRow.Note($"kill -9 in the writing of: {GrowingLog.Events.Kind}", Kills, "every record that was handed over is there");
    }

    /// <summary>Starts a process that says a number for each thing it has done, and kills it.</summary>
    /// <returns>The last number; −1 for none.</returns>
    private static long Kill(string[] arguments, int number, bool within, Func<bool> hasBegun)
    {
        using Process process = ChildProcess.Start(arguments);
        long last = within ? -1 : Said() ?? throw new InvalidOperationException(process.StandardError.ReadToEnd());
        while (within && !hasBegun())
        {
            if (process.HasExited) throw new InvalidOperationException(process.StandardError.ReadToEnd());
        }

        double milliseconds = new CounterRandom(7, 0).Uniform((ulong)number) * (within ? LongestWithin : LongestBehind);
        long until = Stopwatch.GetTimestamp() + (long)(milliseconds / 1000 * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < until) Thread.Yield();
        process.Kill();
        process.WaitForExit();
        while (Said() is { } said) last = said;
        return last;

        long? Said() => process.StandardOutput.ReadLine() is { } line ? long.Parse(line, CultureInfo.InvariantCulture) : null;
    }
}
