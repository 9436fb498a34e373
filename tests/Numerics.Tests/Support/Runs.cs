using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>Runs of a generated network through the public surface.</summary>
internal static class Runs
{
    /// <summary>Logits and features of a batch.</summary>
    public static (float[] Logits, float[] Features) Forward(this CompiledNetwork network, float[] images, int threads, int maximumBatch = 1)
    {
        using Session session = network.CreateSession(threads, maximumBatch);
        return session.Run(images);
    }

    public static (float[] Logits, float[] Features) Run(this Session session, float[] images)
    {
        NetworkDescription description = session.Network.Network;
        int batch = images.Length / (description.InputChannels * description.Resolution * description.Resolution);
        // Filled with what no network computes, so that a value that is never written is seen.
        float[] logits = Enumerable.Repeat(float.NaN, batch * description.Classes).ToArray();
        float[] features = Enumerable.Repeat(float.NaN, batch * description.Features).ToArray();
        session.Forward(images, logits, features);
        return (logits, features);
    }

    /// <summary>Every map of one image, [1, C, H, W].</summary>
    public static Dictionary<string, Tensor> Trace(this CompiledNetwork network, float[] image, int threads)
    {
        using Session session = network.CreateSession(threads);
        var maps = new Dictionary<string, Tensor>();
        session.Trace(image, (map, values) => maps.Add(map.Name, Tensor.Of([1, map.Channels, map.Height, map.Width], values)));
        return maps;
    }

    public static void ShouldBeBitwise(this float[] actual, ReadOnlySpan<float> expected, string message)
    {
        actual.Length.ShouldBe(expected.Length, message);
        for (int i = 0; i < actual.Length; i++)
        {
            if (BitConverter.SingleToInt32Bits(actual[i]) != BitConverter.SingleToInt32Bits(expected[i]))
            {
                Assert.Fail($"{message}: value {i} is {actual[i]:R}, expected {expected[i]:R}, to the bit");
            }
        }
    }
}
