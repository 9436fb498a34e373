using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace EfficientNet.Benchmarks.Workers;

/// <summary>The host's end of one engine: a process that computes while the host waits, and is idle otherwise.</summary>
internal sealed class WorkerProcess : IDisposable
{
    /// <summary>The argument that makes a program of this folder an <see cref="EngineWorker"/>.</summary>
    public const string Verb = "worker";

    private readonly Process _process;
    private readonly string _threads;

    /// <summary>Starts an engine.</summary>
    /// <param name="name">Its name in reports.</param>
    /// <param name="start">How; an <see cref="EngineProgram"/> says so.</param>
    /// <param name="threads">Threads that it computes with, and measures the peak with.</param>
    /// <exception cref="WorkerException">It does not answer.</exception>
    public WorkerProcess(string name, ProcessStartInfo start, int threads)
    {
        Name = name;
        start.RedirectStandardInput = true;
        _threads = threads.ToString(CultureInfo.InvariantCulture);
        _process = Process.Start(start)!;
        _process.StandardInput.NewLine = "\n";
        try
        {
            if (threads == 1) ProcessorOfOne.Take(_process);
            About = string.Join(", ", Ask("about"));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The engine's name in reports.</summary>
    public string Name { get; }

    /// <summary>The engine's versions.</summary>
    public string About { get; }

    /// <summary>Loads a network and as many images as the input has.</summary>
    /// <returns>What the engine says of it.</returns>
    public string Load(string network, string file, string input) => string.Join(' ', Ask("load", network, file, _threads, input));

    /// <summary>The images' logits.</summary>
    public float[] Logits() => MemoryMarshal.Cast<byte, float>(Convert.FromBase64String(Ask("logits")[0])).ToArray();

    /// <summary>Milliseconds of each of some passes in a row.</summary>
    public double[] Run(int count) => Ask("run", count.ToString(CultureInfo.InvariantCulture)).Select(Double).ToArray();

    /// <summary>Passes that do not count, after loading.</summary>
    public void WarmUp(int count)
    {
        // Twice with a pause: the JIT compiles its next tier on a thread of its own, a moment after the calls it counted.
        Run((count + 1) / 2);
        Thread.Sleep(300);
        Run((count + 1) / 2);
        WaitUntilIdle();
    }

    /// <summary>One turn: milliseconds of every pass that counts.</summary>
    /// <param name="warmUp">Passes before that do not: the caches are another engine's.</param>
    /// <param name="count">Passes that count.</param>
    public double[] Turn(int warmUp, int count)
    {
        double[] times = Run(warmUp + count)[warmUp..];
        WaitUntilIdle();
        return times;
    }

    /// <summary>The FMA peak now: GFLOP/s and the accumulators that reached it.</summary>
    public (double Gigaflops, int Chains) Peak(int bits, int milliseconds)
    {
        string[] answer = Ask("peak", $"{bits}", _threads, $"{milliseconds}");
        return (Double(answer[0]), int.Parse(answer[1], CultureInfo.InvariantCulture));
    }

    /// <summary>The FMA peak of this moment, GFLOP/s, with the accumulators that reached the highest.</summary>
    public double PeakOfMoment(int bits, int milliseconds, int chains) => Double(Ask("peak", $"{bits}", _threads, $"{milliseconds}", $"{chains}")[0]);

    /// <summary>Waits until no thread of the engine computes any more: pools spin for a while after their work.</summary>
    public void WaitUntilIdle() => IdleWait.For(_process);

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _process.StandardInput.WriteLine("quit");
            _process.StandardInput.Close();
            if (!_process.WaitForExit(5000)) _process.Kill(entireProcessTree: true);
        }
        catch (IOException)
        {
            // It is gone already.
        }

        _process.Dispose();
    }

    private string[] Ask(params string[] command)
    {
        _process.StandardInput.WriteLine(string.Join('\t', command));
        _process.StandardInput.Flush();
        string answer = _process.StandardOutput.ReadLine() ?? throw new WorkerException($"{Name} ended instead of answering '{command[0]}'.");
        string[] fields = answer.Split('\t');
        return fields[0] == "ok" ? fields[1..] : throw new WorkerException($"{Name}, '{command[0]}': {string.Join(' ', fields.Skip(1))}");
    }

    private static double Double(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>An engine could not do what it was told; the message says which and why.</summary>
internal sealed class WorkerException(string message) : Exception(message);
