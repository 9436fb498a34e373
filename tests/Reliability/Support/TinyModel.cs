using EfficientNet.Reliability.Tests.Networks;
using EfficientNet.Runtime;
using EfficientNet.Training;

namespace EfficientNet.Reliability.Tests.Support;

/// <summary>A small network with weights of its own seed: as a file, as images and as the logits that one undisturbed thread makes of them.</summary>
internal sealed class TinyModel : IDisposable
{
    /// <summary>Images of <see cref="Images"/>.</summary>
    public const int Batch = 5;

    public TinyModel(ulong seed)
    {
        Trainer = new Trainer(Tiny.CreateTraining(), new TrainerOptions { Threads = 1, MaximumBatch = 1 });
        Initialisation.Apply(Trainer, seed);
        using var stream = new MemoryStream();
        Trainer.WriteWeights(stream, null);
        Weights = stream.ToArray();
        Images = new float[Batch * ImageFloats];
        var random = new CounterRandom(seed, 1);
        for (int i = 0; i < Images.Length; i++) Images[i] = (float)random.Uniform((ulong)i) - 0.5f;
        Logits = new float[Batch * Tiny.Classes];
        using Tiny network = Load();
        using Session session = network.CreateSession(1);
        session.Forward(Images, Logits);
    }

    public static int ImageFloats => 3 * Tiny.Description.Resolution * Tiny.Description.Resolution;

    public Trainer Trainer { get; }

    /// <summary>A safetensors file.</summary>
    public byte[] Weights { get; }

    /// <summary>[Batch, 3, Resolution, Resolution].</summary>
    public float[] Images { get; }

    /// <summary>[Batch, Classes].</summary>
    public float[] Logits { get; }

    public Tiny Load() => Tiny.Load(new MemoryStream(Weights), "tiny");

    public void Dispose() => Trainer.Dispose();
}
