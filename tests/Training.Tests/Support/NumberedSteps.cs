using System.IO.Hashing;
using System.Runtime.InteropServices;
using EfficientNet.Training.Tests.Networks;

namespace EfficientNet.Training.Tests.Support;

/// <summary>Digits in training, every step a function of its number: with masks, smoothing, clipping and an average, that is everything that a checkpoint has to bring back.</summary>
internal sealed class NumberedSteps : IDisposable
{
    private const int Batch = 2, Classes = 7;
    private const double Decay = 0.9, ClipNorm = 0.5;
    private const ulong Seed = 5;

    private readonly Optimizer _optimizer;
    private readonly RandomMasks _masks = new(Seed);
    private readonly float[] _images;

    public NumberedSteps(Optimizer? optimizer = null, bool hasAverage = true, int threads = 1)
    {
        _optimizer = optimizer ?? new AdamWOptimizer { WeightDecay = 0.01 };
        Trainer = new Trainer(Digits.CreateTraining(), new TrainerOptions { Threads = threads, MaximumBatch = Batch, Classes = Classes }) { Masks = _masks, LabelSmoothing = 0.1f };
        Initialisation.Apply(Trainer, Seed);
        Average = hasAverage ? Trainer.CreateAverage() : null;
        int side = Trainer.Description.Network.Resolution;
        _images = new float[Batch * 3 * side * side];
    }

    public static Optimizer[] Optimizers { get; } =
    [
        new SgdOptimizer { WeightDecay = 1e-4, Nesterov = true }, new RmsPropOptimizer(), new RmsPropOptimizer { TensorFlow = false, WeightDecay = 1e-5 }, new AdamWOptimizer { WeightDecay = 0.01 },
    ];

    public Trainer Trainer { get; }

    public MovingAverage? Average { get; }

    public long Step { get; private set; }

    public RunState State => new() { Step = Step, Epoch = 1, Seed = Seed, Facts = new Dictionary<string, string> { ["best"] = "0.5", ["note"] = "a \"quoted\" line\nand an é" } };

    /// <summary>Trains up to a step.</summary>
    public void GoTo(long step)
    {
        while (Step < step)
        {
            var random = new CounterRandom(Seed, (ulong)Step);
            for (int i = 0; i < _images.Length; i++) _images[i] = (float)random.Uniform((ulong)i) - 0.5f;
            _masks.Step = Step;
            Trainer.Accumulate(_images, [(int)(Step % Classes), (int)(Step * 3 % Classes)]);
            Trainer.Update(_optimizer, 0.01, ClipNorm);
            if (Average is not null) Trainer.MoveAverage(Average, Decay);
            Step++;
        }
    }

    public void Save(string path) => Checkpoint.Save(path, Trainer, Average, State);

    public RunState Load(string path)
    {
        RunState state = Checkpoint.Load(path, Trainer, Average);
        Step = state.Step;
        return state;
    }

    /// <summary>A hash of every bit of parameters, statistics and averages.</summary>
    public string Bits()
    {
        var hash = new XxHash128();
        foreach (ParameterTensor tensor in Trainer.Tensors)
        {
            hash.Append(MemoryMarshal.AsBytes<float>(Trainer.Get(tensor)));
            if (Average is not null) hash.Append(MemoryMarshal.AsBytes<float>(Trainer.Get(Average, tensor)));
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    public void Dispose()
    {
        Average?.Dispose();
        Trainer.Dispose();
    }
}
