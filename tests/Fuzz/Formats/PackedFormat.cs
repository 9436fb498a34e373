using EfficientNet.Fuzz.Tests.Engine;
using EfficientNet.Fuzz.Tests.Networks;
using EfficientNet.Runtime;

namespace EfficientNet.Fuzz.Tests.Formats;

/// <summary>Packed weights as a build embeds them: safetensors of one tensor, with fingerprints in the metadata.</summary>
internal sealed class PackedFormat : SafetensorsFormat
{
    private readonly Lazy<byte[]> _seed = new(() => Packed(new SafetensorsFormat().Seeds.First()));

    public override string Name => "packed";

    public override IEnumerable<byte[]> Seeds => [_seed.Value];

    public override byte[] Make(FuzzRandom random) => Mutate(_seed.Value, random);

    private static byte[] Packed(byte[] weights)
    {
        NetworkDescription network = Tiny.CreateTraining().Description.Network;
        using PackedWeights packed = WeightLoader.Load(network, new MemoryStream(weights), "weights", null);
        string path = Path.GetTempFileName();
        try
        {
            PackedWeightsFile.Write(path, network, packed);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
