using EfficientNet.Benchmarks.Networks;
using EfficientNet.Benchmarks.Workers;
using EfficientNet.Cli.Measurement;

namespace EfficientNet.Benchmarks.Comparison;

/// <summary>Images a second in batches against one by one, this project's two sessions taking turns.</summary>
/// <param name="Network">The network's name.</param>
/// <param name="Engine">Which of this project's engines.</param>
/// <param name="Threads">Threads of both.</param>
/// <param name="Batch">Images of a batch.</param>
/// <param name="One">Milliseconds of an image by itself: each round's median.</param>
/// <param name="Many">Milliseconds of an image in a batch: each round's median.</param>
internal sealed record BatchGain(string Network, string Engine, int Threads, int Batch, double[] One, double[] Many)
{
    /// <summary>Images of a batch, where a report has one number.</summary>
    public const int Images = 8;

    /// <summary>How many times as many images a second: round by round, the median.</summary>
    public double Gain => One.Zip(Many, (one, many) => one / many).Median();

    /// <summary>Measures.</summary>
    /// <param name="name">The engine's name.</param>
    /// <param name="program">The engine.</param>
    /// <param name="network">The network.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="batch">Images of a batch.</param>
    /// <param name="files">Where weights and inputs are.</param>
    /// <param name="whole">How much, of a network of B0's size.</param>
    /// <exception cref="WorkerException">The engine fails, or an image's logits depend on its batch.</exception>
    public static BatchGain Measure(string name, EngineProgram program, BenchmarkNetwork network, int threads, int batch, CaseFiles files, ComparisonSettings whole)
    {
        ComparisonSettings settings = whole.For(network.Description.MultiplyAdds);
        using var one = new WorkerProcess(name, program.With(WorkerProcess.Verb), threads);
        using var many = new WorkerProcess(name, program.With(WorkerProcess.Verb), threads);
        one.Load(network.Name, files.Weights(network), files.Input(network));
        many.Load(network.Name, files.Weights(network), files.Input(network, batch));
        // The rule's images come one after the other: a batch begins with the image that is measured by itself.
        if (!many.Logits().AsSpan().StartsWith(one.Logits())) throw new WorkerException($"{name}: the first image's logits depend on its batch.");

        one.WarmUp(settings.WarmUp);
        many.WarmUp((settings.WarmUp + batch - 1) / batch);
        int passes = Math.Max(1, settings.Passes / batch);
        var times = (One: new double[settings.Rounds], Many: new double[settings.Rounds]);
        for (int round = 0; round < settings.Rounds; round++)
        {
            // Each is the first of every other round: what drifts within one favours neither.
            if (round % 2 == 0) times.One[round] = one.Turn(settings.TurnWarmUp, passes * batch).Median();
            times.Many[round] = many.Turn(1, passes).Median() / batch;
            if (round % 2 == 1) times.One[round] = one.Turn(settings.TurnWarmUp, passes * batch).Median();
        }

        return new BatchGain(network.Name, name, threads, batch, times.One, times.Many);
    }
}
