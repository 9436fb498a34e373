using EfficientNet.Runtime;

namespace EfficientNet.Cli.Benchmarking;

/// <summary>Weights and images for measurements of networks whose own weights are not at hand: random, the same in every run.</summary>
/// <remarks>
/// Uniform values of He's variance, 2 / inputs of a sum, times <see cref="ResidualScales"/>, under BatchNorms that change nothing: maps stay far
/// from subnormal and from infinite numbers, however many blocks there are. How long a pass takes does not depend on values as long as none is subnormal.
/// </remarks>
internal static class RandomWeights
{
    private const int Seed = 1;

    /// <summary>A network's weights as a safetensors file in memory.</summary>
    public static MemoryStream Write(NetworkDescription network)
    {
        var random = new Random(Seed);
        float[] scales = ResidualScales.Of(network);
        (ExpectedTensor Tensor, float Scale)[] tensors = network.Weights.SelectMany((layer, i) => ExpectedTensor.Of(layer, NamingScheme.Timm).Select(tensor => (tensor, scales[i]))).ToArray();
        var stream = new MemoryStream(checked((int)tensors.Sum(one => one.Tensor.Count * sizeof(float)) + (1 << 20)));
        SafetensorsWriter.Write(stream, tensors.Select(one => new SafetensorsTensor(one.Tensor.Name, one.Tensor.Shape, Values(one.Tensor, one.Scale, random))), metadata: null);
        stream.Position = 0;
        return stream;
    }

    /// <summary>Images as they are after normalisation: values from −2 to 2.</summary>
    public static float[] Images(NetworkDescription network, int count) =>
        Uniform(new Random(Seed), checked(count * network.InputChannels * network.Resolution * network.Resolution), 2);

    private static float[] Values(ExpectedTensor tensor, float scale, Random random)
    {
        int count = checked((int)tensor.Count);
        if (tensor.Shape.Count > 1) return Uniform(random, count, scale * Math.Sqrt(6.0 * tensor.Shape[0] / count));
        bool isOne = tensor.Name.EndsWith(".weight", StringComparison.Ordinal) || tensor.Name.EndsWith(".running_var", StringComparison.Ordinal);
        float[] values = new float[count];
        Array.Fill(values, isOne ? 1f : 0f);
        return values;
    }

    private static float[] Uniform(Random random, int count, double bound)
    {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) values[i] = (float)((2 * random.NextDouble() - 1) * bound);
        return values;
    }
}
