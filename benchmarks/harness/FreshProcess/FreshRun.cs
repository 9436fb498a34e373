using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using EfficientNet.Benchmarks.Workers;

namespace EfficientNet.Benchmarks.FreshProcess;

/// <summary>One fresh process: <see cref="FirstLogits"/> or its peer.</summary>
/// <param name="Milliseconds">From the start of the process to its first line.</param>
/// <param name="PeakBytes">The most memory that was resident.</param>
/// <param name="Logits">The logits; none where only the host was started.</param>
internal sealed record FreshRun(double Milliseconds, long PeakBytes, float[] Logits)
{
    /// <summary>Starts a process and waits for its end.</summary>
    /// <exception cref="WorkerException">It does not answer as it should.</exception>
    public static FreshRun Of(ProcessStartInfo start)
    {
        long begin = Stopwatch.GetTimestamp();
        using Process process = Process.Start(start)!;
        string? first = process.StandardOutput.ReadLine();
        double milliseconds = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        string rest = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (first is null || !first.StartsWith("ok\t", StringComparison.Ordinal) || !long.TryParse(rest, NumberStyles.Integer, CultureInfo.InvariantCulture, out long kibibytes))
            throw new WorkerException($"{start.FileName} {string.Join(' ', start.ArgumentList)}: no logits and no peak memory, but '{first}' and '{rest.Trim()}'.");
        return new FreshRun(milliseconds, kibibytes * 1024, MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(first[3..])).ToArray());
    }
}
