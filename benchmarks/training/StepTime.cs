using System.Diagnostics;
using EfficientNet.Cli.Measurement;
using EfficientNet.Cli.Networks;
using EfficientNet.Runtime;
using EfficientNet.Tests;
using EfficientNet.Training;

namespace EfficientNet.Benchmarks.Training;

/// <summary>Training steps of B0, each beside a measurement of the FMA peak: what the machine could do at that moment.</summary>
/// <param name="Threads">Threads of both.</param>
/// <param name="Milliseconds">Every step: forward, cross-entropy, backward, SGD with momentum.</param>
/// <param name="Multiples">Every step's time over the bound of that moment: 3 · batch · forward's operations over the peak.</param>
/// <param name="Bytes">The trainer's own memory.</param>
internal sealed record StepTime(int Threads, double[] Milliseconds, double[] Multiples, long Bytes)
{
    /// <summary>Images of a step.</summary>
    public const int Batch = 8;

    private const int Warm = 3;
    private const double PeakMilliseconds = 15;

    /// <summary>Measures, step by step in turn with each number of threads: a machine that is slower for a while is so for all of them.</summary>
    /// <param name="steps">Steps that count.</param>
    /// <param name="threads">Numbers of threads.</param>
    public static StepTime[] Measure(int steps, params int[] threads)
    {
        var runs = threads.Select(count => new Run(count)).ToArray();
        try
        {
            for (int i = -Warm; i < steps; i++)
            {
                foreach (Run run in runs) run.Step(counts: i >= 0);
            }

            return [.. runs.Select(run => run.Time)];
        }
        finally
        {
            foreach (Run run in runs) run.Dispose();
        }
    }

    /// <summary>A trainer with some threads.</summary>
    private sealed class Run : IDisposable
    {
        private readonly Trainer _trainer;
        private readonly int _threads;
        private readonly float[] _images;
        private readonly int[] _labels = [.. Enumerable.Range(0, Batch).Select(i => 3 * i)];
        private readonly SgdOptimizer _rule = new() { Momentum = 0.9, WeightDecay = 1e-5 };
        private readonly double _operations;
        private readonly List<double> _milliseconds = [], _multiples = [];

        public Run(int threads)
        {
            _threads = threads;
            _trainer = new Trainer(EfficientNetB0.CreateTraining(), new TrainerOptions { Threads = threads, MaximumBatch = Batch });
            Initialisation.Apply(_trainer, seed: 1);
            NetworkDescription network = _trainer.Description.Network;
            _images = WeightRule.Input(Batch, network.Resolution);
            _operations = 3.0 * Batch * 2 * network.MultiplyAdds;
        }

        public StepTime Time => new(_threads, [.. _milliseconds], [.. _multiples], _trainer.Bytes);

        public void Step(bool counts)
        {
            double peak = FmaPeak.Measure(Hardware.Choose(null), _threads, PeakMilliseconds).GigaflopsPerSecond;
            long start = Stopwatch.GetTimestamp();
            _trainer.Accumulate(_images, _labels);
            _trainer.Update(_rule, 0.01);
            double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            if (!counts) return;
            _milliseconds.Add(milliseconds);
            _multiples.Add(milliseconds / (_operations / peak / 1e6));
        }

        public void Dispose() => _trainer.Dispose();
    }
}
