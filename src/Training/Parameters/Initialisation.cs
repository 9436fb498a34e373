using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>Sets a trainer's parameters as published code does before training from nothing.</summary>
/// <remarks>
/// Convolutions: normal with deviation √(2 / fan-out), fan-out = outputs · k² (He et al. 2015; torchvision), or for timm's variant that divided by the groups.
/// Classifier: uniform in ±1 / √classes. BatchNorm: gamma and variance 1, beta and mean 0. Biases: 0.
/// </remarks>
public static class Initialisation
{
    /// <summary>Sets all tensors.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="seed">The run's seed: the same numbers on every machine, by the tensor's name and place.</param>
    /// <param name="byGroup">Whether a depthwise convolution's fan-out is that of one group, as timm has it: k² instead of channels · k².</param>
    public static void Apply(Trainer trainer, ulong seed, bool byGroup = false)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        ConvolutionWeights[] groups = byGroup ? [.. trainer.Description.Weights.Where(layer => layer.Form == PackedForm.Depthwise)] : [];
        foreach (ParameterTensor tensor in trainer.Tensors)
            trainer.Set(tensor, Values(tensor, seed, groups.Any(layer => tensor.IsOf(layer.Names))));
    }

    /// <summary>Sets the classifier alone: a new head on pretrained features.</summary>
    /// <param name="trainer">The trainer.</param>
    /// <param name="seed">The run's seed.</param>
    public static void ApplyToClassifier(Trainer trainer, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(trainer);
        foreach (ParameterTensor tensor in trainer.Tensors.Where(tensor => tensor.Name.StartsWith("classifier.", StringComparison.Ordinal)))
            trainer.Set(tensor, Values(tensor, seed, ofGroup: false));
    }

    private static float[] Values(ParameterTensor tensor, ulong seed, bool ofGroup)
    {
        var values = new float[tensor.Count];
        if (tensor.Kind is ParameterKind.Gamma or ParameterKind.RunningVariance)
            Array.Fill(values, 1);
        if (tensor.Kind != ParameterKind.Weight)
            return values;

        var random = new CounterRandom(seed, RandomPurpose.Initialisation).Of(Hash(tensor.Name));
        IReadOnlyList<long> shape = tensor.Shape;
        if (shape.Count == 2)
        {
            double range = 1 / Math.Sqrt(shape[0]);
            for (int i = 0; i < values.Length; i++)
                values[i] = (float)((2 * random.Uniform((ulong)i) - 1) * range);
            return values;
        }

        double fanOut = (ofGroup ? 1 : shape[0]) * (double)shape[2] * shape[3];
        double deviation = Math.Sqrt(2 / fanOut);
        for (int i = 0; i < values.Length; i++)
            values[i] = (float)(random.Normal((ulong)i) * deviation);
        return values;
    }

    /// <summary>64-bit FNV-1a: a name's stream is the same in every version.</summary>
    private static ulong Hash(string name)
    {
        ulong hash = 0xCBF29CE484222325;
        foreach (char c in name)
            hash = (hash ^ c) * 0x100000001B3;
        return hash;
    }
}
