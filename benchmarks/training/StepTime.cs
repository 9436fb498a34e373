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

    private const double PeakMilliseconds = 15;

    /// <summary>Measures.</summary>
    /// <param name="threads">Threads.</param>
    /// <param name="steps">Steps that count.</param>
    public static StepTime Measure(int threads, int steps)
    {
        using var trainer = new Trainer(EfficientNetB0.CreateTraining(), new TrainerOptions { Threads = threads, MaximumBatch = Batch });
        Initialisation.Apply(trainer, seed: 1);
        NetworkDescription network = trainer.Description.Network;
        float[] images = WeightRule.Input(Batch, network.Resolution);
        int[] labels = Enumerable.Range(0, Batch).Select(i => 3 * i).ToArray();
        var rule = new SgdOptimizer { Momentum = 0.9, WeightDecay = 1e-5 };
        double operations = 3.0 * Batch * 2 * network.MultiplyAdds;
        InstructionSet set = Hardware.Choose(null);
        for (int i = 0; i < 3; i++)
            Step();

        var milliseconds = new double[steps];
        var multiples = new double[steps];
        for (int i = 0; i < steps; i++)
        {
            double peak = FmaPeak.Measure(set, threads, PeakMilliseconds).GigaflopsPerSecond;
            long start = Stopwatch.GetTimestamp();
            Step();
            milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            multiples[i] = milliseconds[i] / (operations / peak / 1e6);
        }

        return new StepTime(threads, milliseconds, multiples, trainer.Bytes);

        void Step()
        {
            trainer.Accumulate(images, labels);
            trainer.Update(rule, 0.01);
        }
    }
}
