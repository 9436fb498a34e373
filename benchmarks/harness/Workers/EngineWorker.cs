using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using EfficientNet.Benchmarks.Networks;
using EfficientNet.Cli.Measurement;
using EfficientNet.Runtime;

namespace EfficientNet.Benchmarks.Workers;

/// <summary>
/// This project's side of a comparison: a process that does what it is told on standard input and is idle between.
/// <c>compare/node/worker.mjs</c> is the peer's, with the same commands.
/// </summary>
/// <remarks>
/// A command and its answer are one line each, fields separated by tabs; an answer begins with <c>ok</c> or <c>error</c>.
/// <code>
/// about                                → versions
/// load  network file threads input     → what was loaded; the input is a file of raw float32, one image or a batch
/// logits                               → base64 of float32
/// run   count                          → milliseconds of every pass
/// peak  bits threads milliseconds      → GFLOP/s, accumulators that reached them
/// peak  bits threads milliseconds n    → GFLOP/s of this moment with n accumulators, n
/// quit
/// </code>
/// </remarks>
internal sealed class EngineWorker : IDisposable
{
    private CompiledNetwork? _network;
    private Session? _session;
    private float[] _input = [];
    private float[] _logits = [];

    /// <summary>Answers until the input ends.</summary>
    public static void Serve(TextReader input, TextWriter output)
    {
        output.NewLine = "\n";
        using var worker = new EngineWorker();
        while (input.ReadLine() is { } line && line != "quit")
        {
            string answer;
            try
            {
                answer = "ok\t" + worker.Answer(line.Split('\t'));
            }
            catch (Exception exception)
            {
                // Whatever it is, the host has to hear of it: it waits for a line.
                answer = "error\t" + exception.Message.ReplaceLineEndings(" ");
            }

            output.WriteLine(answer);
            output.Flush();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session?.Dispose();
        _network?.Dispose();
    }

    private string Answer(string[] command)
    {
        return command[0] switch
        {
            "about" => RuntimeInformation.FrameworkDescription,
            "load" => Load(command[1], command[2], Number(command[3]), command[4]),
            "logits" => Logits(),
            "run" => Run(Number(command[1])),
            "peak" => Peak(Number(command[1]), Number(command[2]), Number(command[3]), command.Length > 4 ? Number(command[4]) : null),
            _ => throw new ArgumentException($"unknown command {command[0]}"),
        };
    }

    private string Load(string name, string weights, int threads, string input)
    {
        Dispose();
        BenchmarkNetwork network = BenchmarkNetwork.Named(name);
        _network = network.Load(weights, NetworkOptions.Default);
        NetworkDescription description = _network.Network;
        _input = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(input)).ToArray();
        int images = _input.Length / (description.InputChannels * description.Resolution * description.Resolution);
        _session = _network.CreateSession(threads, images);
        _logits = new float[images * description.Classes];
        return $"{_network.InstructionSet}";
    }

    private string Logits()
    {
        Loaded().Forward(_input, _logits);
        return Convert.ToBase64String(MemoryMarshal.AsBytes(_logits.AsSpan()));
    }

    private string Run(int count)
    {
        Session session = Loaded();
        var milliseconds = new double[count];
        for (int i = 0; i < count; i++)
        {
            long start = Stopwatch.GetTimestamp();
            session.Forward(_input, _logits);
            milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        return string.Join('\t', milliseconds.Select(value => value.ToString("F4", CultureInfo.InvariantCulture)));
    }

    private static string Peak(int bits, int threads, int milliseconds, int? chains)
    {
        FmaPeak peak = chains is { } known ? FmaPeak.OfMoment(bits, threads, known, milliseconds) : FmaPeak.Measure(bits, threads, milliseconds);
        return string.Create(CultureInfo.InvariantCulture, $"{peak.GigaflopsPerSecond:F2}\t{peak.Chains}");
    }

    private Session Loaded() => _session ?? throw new InvalidOperationException("nothing is loaded");

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
