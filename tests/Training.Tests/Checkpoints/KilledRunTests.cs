using System.Diagnostics;
using EfficientNet.Training.Tests.Support;

namespace EfficientNet.Training.Tests.Checkpoints;

/// <summary>A process that saves all the time, killed at any moment, again and again, and gone on with each time.</summary>
public class KilledRunTests
{
    // Each takes the start of a process, so the two hundred are asked for by hand.
    private static readonly int Kills = ByHand.Count("EFFICIENTNET_KILLS", otherwise: 24);

    // Milliseconds: behind the beginning of a file, within its writing; or behind a whole one, anywhere up to the next.
    private const double LongestWithin = 1, LongestBehind = 40;

    [Fact]
    public void Whatever_the_moment_the_newest_checkpoint_is_whole_and_goes_on_to_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        using var straight = new NumberedSteps();
        using var resumed = new NumberedSteps(threads: 2);
        var random = new CounterRandom(3, 0);
        long before = 0;
        int halfWritten = 0;
        for (int kill = 0; kill < Kills; kill++)
        {
            long said = 0;
            using (Process process = SavingProcess.Start(folder.Root))
            {
                bool within = kill % 2 == 0;
                if (!within) said = SavingProcess.NextSaved(process) ?? throw new InvalidOperationException(process.StandardError.ReadToEnd());
                while (within && Directory.GetFiles(folder.Root, "*.tmp").Length == 0)
                {
                    if (process.HasExited) throw new InvalidOperationException(process.StandardError.ReadToEnd());
                }

                long until = Stopwatch.GetTimestamp() + (long)(random.Uniform((ulong)kill) * (within ? LongestWithin : LongestBehind) / 1000 * Stopwatch.Frequency);
                while (Stopwatch.GetTimestamp() < until) Thread.Yield();
                process.Kill();
                process.WaitForExit();
                while (SavingProcess.NextSaved(process) is { } step) said = step;
            }

            if (Directory.GetFiles(folder.Root, "*.tmp").Length > 0) halfWritten++;
            List<string> warnings = [];
            string? newest = new CheckpointFolder(folder.Root, keep: 2, warnings.Add).Latest();
            warnings.ShouldBeEmpty($"kill {kill}");
            if (newest is not null) resumed.Load(newest);
            resumed.Step.ShouldBeGreaterThanOrEqualTo(Math.Max(said, before), $"kill {kill}: what was saved is there");
            before = resumed.Step;
            straight.GoTo(resumed.Step);
            resumed.Bits().ShouldBe(straight.Bits(), $"kill {kill}, step {resumed.Step}");
            Directory.GetFiles(folder.Root).Length.ShouldBeLessThanOrEqualTo(3, "two that are kept, and one that there was no time to remove");
        }

        // If the kills never fell into the writing of a file, they have shown little.
        halfWritten.ShouldBeGreaterThan(0);
        before.ShouldBeGreaterThan(0);
        resumed.GoTo(before + 3);
        straight.GoTo(before + 3);
        resumed.Bits().ShouldBe(straight.Bits());
    }
}
