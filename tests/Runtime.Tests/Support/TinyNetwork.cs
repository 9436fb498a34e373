using System.Collections.Concurrent;

namespace EfficientNet.Runtime.Tests.Support;

/// <summary>
/// A network by hand that uses everything a session gives it: feature f of an image is weight f times the sum of its
/// channel f % 3, logit c is feature c plus c. The workers share the channels, meet, then share the outputs.
/// </summary>
internal sealed unsafe class TinyNetwork : CompiledNetwork
{
    public const int Resolution = 4;
    public const int ImageFloats = 3 * Resolution * Resolution;
    public const int Classes = 5;
    public const int Features = 20;

    private const int Lanes = 16;

    public TinyNetwork(NetworkOptions? options = null, PackedWeights? weights = null)
        : base(Description, weights ?? Weights(), options ?? new NetworkOptions { InstructionSet = Runtime.InstructionSet.Portable })
    {
    }

    public static NetworkDescription Description { get; } = new()
    {
        Name = "Tiny",
        Family = "custom",
        Convention = "torchvision",
        Padding = "symmetric",
        Epsilon = 1e-5,
        Momentum = 0.1,
        Activation = "none",
        InputChannels = 3,
        Resolution = Resolution,
        Classes = Classes,
        Features = Features,
        Parameters = Features,
        MultiplyAdds = Features,
        Preprocessing = new Preprocessing(4, 4, Interpolation.Bilinear, [0, 0, 0], [1, 1, 1]),
        Layers = [],
        Steps = [new StepDescription("stem", "sums", "Sums", 0, 0, 0), new StepDescription("classifier", "products", "Products", Features, 0, 0)],
        Maps = [new MapDescription("stem", 3, Resolution, Resolution, 0), new MapDescription("features", Features, 1, 1, 16 * Lanes)],
        Weights = [],
        PackedFloats = Features,
        ArenaFloats = 3 * Lanes,
        ScratchFloats = 5,
        TraceFloats = 16 * Lanes + 2 * Lanes,
        CompilerVersion = "0",
    };

    /// <summary>Images of every pass, as worker 0 saw them.</summary>
    public List<nint> Passes { get; } = [];

    /// <summary>Where it is set, every call: its images, and how many workers share them.</summary>
    public ConcurrentBag<(nint Images, nint Workers)>? Shares { get; set; }

    /// <summary>Called by every worker as it begins.</summary>
    public Action<nint>? Begun { get; set; }

    /// <summary>What a worker found wrong with its memory.</summary>
    public string? Complaint { get; private set; }

    public static PackedWeights Weights()
    {
        var weights = new PackedWeights(Features);
        for (int f = 0; f < Features; f++)
            weights.Pointer[f] = f + 1;
        return weights;
    }

    public static float[] Images(int count)
    {
        return Enumerable.Range(0, count * ImageFloats).Select(i => (float)(i * 7 % 31 - 15)).ToArray();
    }

    /// <summary>The features of one image, computed plainly.</summary>
    public static float[] ExpectedFeatures(ReadOnlySpan<float> image)
    {
        var features = new float[Features];
        for (int f = 0; f < Features; f++)
        {
            foreach (float value in image.Slice(f % 3 * 16, 16))
                features[f] += value;
            features[f] *= f + 1;
        }
        return features;
    }

    public static float[] ExpectedLogits(ReadOnlySpan<float> image)
    {
        return ExpectedFeatures(image)[..Classes].Select((feature, c) => feature + c).ToArray();
    }

    protected internal override void Forward(in ForwardFrame frame)
    {
        Begun?.Invoke(frame.Worker);
        Shares?.Add((frame.Images, frame.Workers));
        if (frame.Worker == 0 && Passes.Count < Passes.Capacity)
            Passes.Add(frame.Images);
        foreach (nint pointer in (ReadOnlySpan<nint>)[(nint)frame.Weights, (nint)frame.Arena, (nint)frame.Scratch, (nint)frame.Trace])
        {
            if (pointer % 64 != 0)
                Complaint = "memory is not aligned";
        }

        for (nint image = 0; image < frame.Images; image++)
        {
            float* input = frame.Input + image * ImageFloats;
            frame.Mark(image * 3);
            for (nint channel = frame.Worker; channel < 3; channel += frame.Workers)
            {
                float sum = 0;
                for (int i = 0; i < 16; i++)
                    sum += input[channel * 16 + i];
                frame.Arena[channel * Lanes] = sum;
            }
            for (int i = 0; i < Description.ScratchFloats; i++)
                frame.Scratch[i] = frame.Worker;
            frame.Barrier.Wait();
            frame.Mark(image * 3 + 1);

            for (int i = 0; i < Description.ScratchFloats; i++)
            {
                if (frame.Scratch[i] != frame.Worker)
                    Complaint = "another worker wrote into the scratch memory";
            }
            for (nint f = frame.Worker; f < Features; f += frame.Workers)
            {
                float feature = frame.Arena[f % 3 * Lanes] * frame.Weights[f];
                frame.Features[image * Features + f] = feature;
                if (f < Classes)
                    frame.Output[image * Classes + f] = feature + f;
                if (frame.Trace != null)
                    frame.Trace[16 * Lanes + f] = feature;
            }
            if (frame.Trace != null && frame.Worker == 0)
                WriteInputMap(input, frame.Trace);
            frame.Barrier.Wait();
            frame.Mark(image * 3 + 2);
        }
    }

    protected internal override void Softmax(float* logits, float* probabilities)
    {
        if (Math.Abs(probabilities - logits) < Classes)
            Complaint = "softmax in place";
        float most = logits[0], sum = 0;
        for (int c = 1; c < Classes; c++)
            most = Math.Max(most, logits[c]);
        for (int c = 0; c < Classes; c++)
            sum += probabilities[c] = MathF.Exp(logits[c] - most);
        for (int c = 0; c < Classes; c++)
            probabilities[c] /= sum;
    }

    protected internal override void Sigmoids(float* logits, float* probabilities)
    {
        if (Math.Abs(probabilities - logits) < Classes)
            Complaint = "sigmoids in place";
        for (int c = 0; c < Classes; c++)
            probabilities[c] = 1 / (1 + MathF.Exp(-logits[c]));
    }

    private static void WriteInputMap(float* input, float* trace)
    {
        for (int channel = 0; channel < 3; channel++)
        {
            for (int position = 0; position < 16; position++)
                trace[position * Lanes + channel] = input[channel * 16 + position];
        }
    }
}
