using System.Globalization;
using System.Runtime.InteropServices;
using EfficientNet.Runtime;

namespace EfficientNet.Benchmarks.FreshProcess;

/// <summary>
/// This project's side of a cold start: loads, runs one image, prints its logits, then how much memory was resident at most.
/// <c>compare/node/first.mjs</c> is the peer's.
/// </summary>
internal static class FirstLogits
{
    /// <summary>The argument that makes a program this one.</summary>
    public const string Verb = "first";

    /// <summary>The last argument for <see cref="NetworkOptions.MapWeights"/>.</summary>
    public const string Mapped = "mapped";

    /// <summary>Does it.</summary>
    /// <param name="arguments">Network, weights, threads, a file of one raw float32 image, and perhaps <see cref="Mapped"/>; none for the program's own start.</param>
    /// <param name="named">How the network of a name loads weights.</param>
    /// <param name="output">Receives <c>ok</c>, a tab and base64 of the logits, then a line with KiB.</param>
    public static void Run(string[] arguments, Func<string, Func<string, NetworkOptions, CompiledNetwork>> named, TextWriter output)
    {
        output.WriteLine("ok\t" + (arguments is [var network, var weights, var threads, var input, .. var mapped]
            ? Logits(named(network), weights, int.Parse(threads, CultureInfo.InvariantCulture), input, new NetworkOptions { MapWeights = mapped is [Mapped] })
            : ""));
        output.Flush();
        output.WriteLine(PeakKibibytes());
    }

    private static string Logits(Func<string, NetworkOptions, CompiledNetwork> load, string weights, int threads, string input, NetworkOptions options)
    {
        using CompiledNetwork loaded = load(weights, options);
        using Session session = loaded.CreateSession(threads);
        float[] logits = new float[loaded.Network.Classes];
        session.Forward(MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(input)), logits);
        return Convert.ToBase64String(MemoryMarshal.AsBytes(logits.AsSpan()));
    }

    private static string PeakKibibytes()
    {
        const string status = "/proc/self/status";
        if (!File.Exists(status)) throw new PlatformNotSupportedException("peak resident memory is read from /proc, which is not here");
        string line = File.ReadLines(status).First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1];
    }
}
