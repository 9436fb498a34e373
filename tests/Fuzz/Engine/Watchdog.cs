using System.Collections.Concurrent;
using System.Diagnostics;
using EfficientNet.Fuzz.Tests.Reports;
using EfficientNet.Fuzz.Tests.Targets;

namespace EfficientNet.Fuzz.Tests.Engine;

/// <summary>Ends the process when a parser hangs, with its input on the disk: a thread of .NET cannot be stopped from outside.</summary>
internal static class Watchdog
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly ConcurrentDictionary<int, (Target Target, byte[] Input, long Started)> Running = new();

    private static readonly Timer Clock = new(_ => Look(), null, 1000, 1000);

    public static Watch Begin(Target target, byte[] input)
    {
        GC.KeepAlive(Clock);
        Running[Environment.CurrentManagedThreadId] = (target, input, Stopwatch.GetTimestamp());
        return default;
    }

    private static void Look()
    {
        foreach ((Target target, byte[] input, long started) in Running.Values)
        {
            if (Stopwatch.GetElapsedTime(started) < Patience) continue;
            string path = FindingFiles.Save(target, input);
            Environment.FailFast($"{target.Name}: an input hangs for more than {Patience.TotalSeconds} s; it is {path}");
        }
    }

    internal readonly struct Watch : IDisposable
    {
        public void Dispose() => Running.TryRemove(Environment.CurrentManagedThreadId, out _);
    }
}
