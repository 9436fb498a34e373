using System.Diagnostics;
using EfficientNet.Fuzz.Tests.Formats;
using EfficientNet.Fuzz.Tests.Targets;

namespace EfficientNet.Fuzz.Tests.Engine;

/// <summary>Gives one input to a parser and says whether it did what its documentation promises.</summary>
internal sealed class Judge(Target target, FuzzInput input)
{
    // What is not the input's doing (a class that is set up, the machine busy with something else) is gone when it is asked again.
    private const int Repeats = 3;

    /// <summary>Puts beside the inputs what they refer to, and sets up classes before anything is counted.</summary>
    public void Prepare(Corpus corpus)
    {
        target.Prepare(input);
        foreach (byte[] seed in corpus.Seeds.Take(16)) Of(seed);
    }

    public Verdict Of(byte[] bytes)
    {
        input.Bytes = bytes;
        Verdict verdict = Once();
        for (int i = 1; i < Repeats && verdict.Finding is not null; i++) verdict = Once();
        return verdict;
    }

    private Verdict Once()
    {
        using Watchdog.Watch watch = Watchdog.Begin(target, input.Bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        long started = Stopwatch.GetTimestamp();
        string? finding = null;
        bool accepted = false;
        try
        {
            target.Read(input);
            accepted = true;
        }
        catch (InvalidPropertyException exception)
        {
            finding = exception.Message;
        }
        catch (Exception exception)
        {
            finding = target.Complaint(exception);
        }

        TimeSpan taken = Stopwatch.GetElapsedTime(started);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        long bound = target.Bound.Of(input.Bytes.Length);
        if (finding is null && allocated > bound) finding = $"{allocated} bytes were allocated for an input of {input.Bytes.Length}: at most {bound} are allowed";
        if (finding is null && taken > target.TimeLimit) finding = $"an input of {input.Bytes.Length} bytes took {taken.TotalMilliseconds:F0} ms: at most {target.TimeLimit.TotalMilliseconds:F0} are allowed";
        return new Verdict(accepted, allocated, finding);
    }
}

/// <summary>A parser took an input and made something of it that cannot be.</summary>
internal sealed class InvalidPropertyException(string message) : Exception(message);
