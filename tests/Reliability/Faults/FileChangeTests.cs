using System.Diagnostics;
using System.Globalization;
using EfficientNet.Reliability.Tests.Reports;
using EfficientNet.Reliability.Tests.Support;
using EfficientNet.Training;

namespace EfficientNet.Reliability.Tests.Faults;

/// <summary>Files that somebody else cuts, fills, replaces and removes while they are read: a result or the documented exception, nothing else.</summary>
public class FileChangeTests
{
    // By hand, where the tables are written, a hundred times as many.
    private static readonly int Reads = ByHand.Count("EFFICIENTNET_READS", otherwise: 300);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static TheoryData<string> Kinds => [.. Reader.All.Select(reader => reader.Kind)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_file_that_changes_while_it_is_read_is_taken_or_refused(string kind)
    {
        using var folder = new TemporaryFolder();
        Reader reader = Reader.All.Single(reader => reader.Kind == kind);
        byte[] good = reader.Good();
        string path = folder.Write("file", good);
        reader.Try(path).ShouldBeNull("the file is good");
        int reads = 0, refused = 0;
        using (var stop = new CancellationTokenSource())
        {
            var changes = new Thread(() => Change(path, good, stop.Token));
            changes.Start();
            try
            {
                // Readers of small files are done before a busy machine lets the other thread begin: they go on until there was something to refuse.
                long started = Stopwatch.GetTimestamp();
                for (; reads < Reads || (refused == 0 && Stopwatch.GetElapsedTime(started) < Patience); reads++)
                {
                    if (reader.Try(path) is not null) refused++;
                }
            }
            finally
            {
                stop.Cancel();
                changes.Join();
            }
        }

        refused.ShouldBeGreaterThan(0, $"of {reads:N0} reads");
        File.WriteAllBytes(path, good);
        reader.Try(path).ShouldBeNull("the file is good again");
        ReliabilityRow.Note($"{kind}, changed and removed while it is read", reads, string.Create(CultureInfo.InvariantCulture, $"{refused:N0} refused, the others taken"));
    }

    private static void Change(string path, byte[] good, CancellationToken stop)
    {
        var random = new CounterRandom(11, 0);
        ulong number = 0;
        while (!stop.IsCancellationRequested)
        {
            switch (Next(6))
            {
                case 0:
                    In(file => RandomAccess.SetLength(file, Next(good.Length)));
                    break;
                case 1:
                    In(file => RandomAccess.SetLength(file, good.Length + Next(5000)));
                    break;
                case 2:
                    In(file => RandomAccess.Write(file, [(byte)Next(256)], Next(good.Length)));
                    break;
                case 3:
                    File.Delete(path);
                    break;
                case 4:
                    File.WriteAllBytes(path + ".new", good);
                    File.Move(path + ".new", path, overwrite: true);
                    break;
                default:
                    In(file =>
                    {
                        RandomAccess.Write(file, good, 0);
                        RandomAccess.SetLength(file, good.Length);
                    });
                    break;
            }

            Thread.Yield();
        }

        int Next(int below) => (int)(random.Uniform(number++) * below);

        void In(Action<Microsoft.Win32.SafeHandles.SafeFileHandle> change)
        {
            // As a program that asks nobody: readers are not to be shut out by a lock.
            using var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            change(file);
        }
    }
}
