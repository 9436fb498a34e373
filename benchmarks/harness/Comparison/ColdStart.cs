using EfficientNet.Benchmarks.FreshProcess;
using EfficientNet.Benchmarks.Networks;
using EfficientNet.Benchmarks.Workers;
using EfficientNet.Cli.Measurement;
using EfficientNet.Tests;

namespace EfficientNet.Benchmarks.Comparison;

/// <summary>Fresh processes in turns: from the start of the process, weights on disk, to the first logits.</summary>
/// <param name="Network">The network's name.</param>
/// <param name="Threads">Threads of every engine.</param>
/// <param name="Engines">What was measured; the peer is last.</param>
internal sealed record ColdStart(string Network, int Threads, IReadOnlyList<ColdStartEngine> Engines)
{
    /// <summary>The engine that the others are compared with.</summary>
    public ColdStartEngine Peer => Engines[^1];

    /// <summary>The ways of the JIT to a first inference: as it is, without its first, quick tier, and with everything but the kernels compiled ahead.</summary>
    /// <param name="readyToRunProgram">The <c>compare</c> that was published with ReadyToRun; null to go without.</param>
    public static IReadOnlyList<NamedProgram> Jit(string? readyToRunProgram)
    {
        NamedProgram[] ways = [new("this project, JIT", EngineProgram.Jit), new("this project, JIT, TieredCompilation=0", EngineProgram.Jit.Under("DOTNET_TieredCompilation", "0"))];
        return readyToRunProgram is null ? ways : [.. ways, new("this project, JIT, ReadyToRun", EngineProgram.Published(readyToRunProgram))];
    }

    /// <summary>How many times sooner: the peer's time less its host's own start, over this engine's whole time, round by round; the median.</summary>
    public double Sooner(ColdStartEngine engine) => Peer.Runs.Zip(Peer.Starts, engine.Runs)
        .Select(round => (round.First.Milliseconds - round.Second.Milliseconds) / round.Third.Milliseconds).Median();

    /// <summary>Measures.</summary>
    /// <param name="network">The network.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="inputs">Where weights and input are.</param>
    /// <param name="programs">This project's engines: those of <see cref="Jit"/>, NativeAOT's.</param>
    /// <param name="settings">How much.</param>
    /// <exception cref="WorkerException">An engine fails, or their logits differ.</exception>
    public static ColdStart Measure(BenchmarkNetwork network, int threads, CaseFiles inputs, IReadOnlyList<NamedProgram> programs, ComparisonSettings settings)
    {
        List<ColdStartEngine> engines = programs.Select(Ours).ToList();
        EngineProgram node = EngineProgram.Node("first.mjs");
        engines.Add(new("ONNX Runtime", () => node.With(inputs.Onnx(network), $"{threads}", inputs.Input(network)), () => node.With()));

        // The first round brings programs and weights into the page cache and does not count.
        for (int round = -1; round < settings.Starts; round++)
        {
            foreach (ColdStartEngine engine in round % 2 == 0 ? engines : Enumerable.Reverse(engines)) engine.Run(counts: round >= 0);
        }

        var result = new ColdStart(network.Name, threads, engines);
        foreach (ColdStartEngine engine in engines)
        {
            double difference = LargestDistance.Between(engine.Runs[0].Logits, result.Peer.Runs[0].Logits);
            if (!(difference < settings.LogitsTolerance))
                throw new WorkerException($"{engine.Name}: the first logits are {difference:E2} from {result.Peer.Name}'s, above {settings.LogitsTolerance:E0}.");
        }

        return result;

        ColdStartEngine Ours(NamedProgram ours) =>
            new(ours.Name, () => ours.Program.With([FirstLogits.Verb, .. Arguments(ours.Takes)]), () => ours.Program.With(FirstLogits.Verb));

        string[] Arguments(WeightsForm form) =>
        [
            network.Name, form == WeightsForm.Published ? inputs.Weights(network) : inputs.Packed(network), $"{threads}", inputs.Input(network),
            .. form == WeightsForm.Mapped ? [FirstLogits.Mapped] : Array.Empty<string>(),
        ];
    }
}

/// <summary>A program with its name in reports.</summary>
/// <param name="Name">The name.</param>
/// <param name="Program">The program.</param>
/// <param name="Takes">How it has its weights.</param>
internal sealed record NamedProgram(string Name, EngineProgram Program, WeightsForm Takes = WeightsForm.Published);

/// <summary>How a program has its weights.</summary>
internal enum WeightsForm
{
    /// <summary>As they were published.</summary>
    Published,

    /// <summary>Packed, and copied into memory of its own.</summary>
    Packed,

    /// <summary>Packed, and used where the system's file cache has them.</summary>
    Mapped,
}

/// <summary>One engine's fresh processes.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Whole">Starts a process that goes on to its first logits.</param>
/// <param name="Start">Starts one that only starts: what the host takes for itself.</param>
internal sealed record ColdStartEngine(string Name, Func<System.Diagnostics.ProcessStartInfo> Whole, Func<System.Diagnostics.ProcessStartInfo> Start)
{
    /// <summary>Processes that went on to their first logits.</summary>
    public List<FreshRun> Runs { get; } = [];

    /// <summary>Processes that only started.</summary>
    public List<FreshRun> Starts { get; } = [];

    /// <summary>Peak resident memory of a process that loads and runs once: the median.</summary>
    public double PeakBytes => Runs.Select(run => (double)run.PeakBytes).Median();

    /// <summary>The same of one that only starts.</summary>
    public double StartPeakBytes => Starts.Select(run => (double)run.PeakBytes).Median();

    /// <summary>One process of each kind.</summary>
    public void Run(bool counts)
    {
        FreshRun start = FreshRun.Of(Start()), whole = FreshRun.Of(Whole());
        if (!counts) return;
        Starts.Add(start);
        Runs.Add(whole);
    }
}
