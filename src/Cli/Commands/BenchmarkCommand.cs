using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using EfficientNet.Cli.Benchmarking;
using EfficientNet.Cli.Invocation;
using EfficientNet.Cli.Networks;
using EfficientNet.Cli.Output;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Commands;

/// <summary><c>efficientnet benchmark [NETWORK]</c>: how fast a network is on this machine, and against what the machine could do.</summary>
internal sealed class BenchmarkCommand
{
    private const int MostPasses = 1_000_000;
    private const int MostSeconds = 3600;

    private readonly Terminal _terminal;
    private readonly Argument<NetworkEntry> _network = SharedOptions.NetworkArgument();
    private readonly Option<string> _weights = new("--weights")
    {
        HelpName = "FILE.safetensors|FILE.pth",
        Description = "Weights. Default: those inside the program, else random ones; the time does not depend on them.",
    };

    private readonly Option<int[]> _threads = new("--threads")
    {
        HelpName = "N,N…",
        Description = "Numbers of threads to measure with, one after the other. Default: 1, and one for each processor.",
        Arity = ArgumentArity.ExactlyOne,
        CustomParser = ParseThreads,
    };

    private readonly Option<int> _batch = SharedOptions.Number("--batch", "Images of one pass.", 1, SharedOptions.LargestBatch, 1);
    private readonly Option<int> _seconds = SharedOptions.Number("--seconds", "About how long passes are timed with each number of threads.", 1, MostSeconds, 3);
    private readonly Option<int> _passes = SharedOptions.Number("--passes", "Passes to time; 0 is as many as --seconds allow.", 0, MostPasses, 0);
    private readonly Option<bool> _profile = new("--profile") { Description = "Times every step too, and sets it against its own roofline." };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object a line, for each number of threads." };

    private BenchmarkCommand(Terminal terminal) => _terminal = terminal;

    /// <summary>Makes the command.</summary>
    public static Command Create(Terminal terminal) => new BenchmarkCommand(terminal).Create();

    private Command Create()
    {
        var command = new Command("benchmark", "Measures a network: latency, images a second, share of the FMA peak, and each step's time on request.")
        {
            _network, _weights, _threads, _batch, _seconds, _passes, _profile, _json,
        };
        _network.Arity = ArgumentArity.ZeroOrOne;
        _network.Description += $" Default: {NetworkCatalogue.Standard.Name}.";
        command.Runs(_terminal, Run);
        return command;
    }

    private int Run(ParseResult parsed, CancellationToken interrupted)
    {
        NetworkEntry entry = parsed.GetValue(_network) ?? NetworkCatalogue.Standard;
        int[] threads = parsed.GetValue(_threads) ?? [.. new[] { 1, Math.Min(Environment.ProcessorCount, WorkerTeam.MaximumWorkers) }.Distinct()];
        BenchmarkSettings[] settings = threads.Select(count => new BenchmarkSettings(
            count, parsed.GetValue(_batch), parsed.GetValue(_passes), parsed.GetValue(_seconds), parsed.GetValue(_profile))).ToArray();

        using CompiledNetwork network = entry.LoadToMeasure(parsed.GetValue(_weights), _terminal, out WeightSource source);
        var results = new List<BenchmarkResult>();
        _terminal.WithProgress("benchmark", settings.Sum(each => each.Rounds), step =>
        {
            foreach (BenchmarkSettings each in settings) results.Add(LatencyBenchmark.Run(network, source, each, step, interrupted));
        });

        if (parsed.GetValue(_json))
        {
            foreach (BenchmarkResult result in results) _terminal.StandardOutput.WriteLine(BenchmarkJson.Line(result));
            return ExitCode.Success;
        }

        _terminal.Show(BenchmarkTable.Latencies(results));
        foreach (BenchmarkResult result in results)
        {
            if (result.Profile is { } profile) _terminal.Show(BenchmarkTable.Steps(result, profile));
        }
        return ExitCode.Success;
    }

    private static int[] ParseThreads(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        var counts = new List<int>();
        foreach (string word in text.Split(','))
        {
            if (!int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count is < 1 or > WorkerTeam.MaximumWorkers)
            {
                result.AddError($"--threads takes whole numbers from 1 to {WorkerTeam.MaximumWorkers} with commas between, not '{text}'.");
                return [];
            }
            counts.Add(count);
        }
        return counts.ToArray();
    }
}
