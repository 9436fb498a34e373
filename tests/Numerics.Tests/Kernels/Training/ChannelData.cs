using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;

namespace EfficientNet.Numerics.Tests.Kernels.Training;

/// <summary>Inputs of kernels that work channel by channel, flat as they lie in memory: index (block · positions + position) · 16 + lane.</summary>
internal sealed class ChannelData(string title, Data data, int blocks, int positions)
{
    public int Channels => blocks * MapLayout.Lanes;

    public int Floats => Channels * positions;

    /// <summary>A map between −4 and 4, off the corners of clamps: thirds are no sums of the numbers that records hold.</summary>
    public float[] Map(string name) => Make($"{name}", Floats, 8, 3);

    /// <summary>A record of some vectors a block: scale and the like, between −1.5 and 1.5.</summary>
    public float[] Record(string name, int vectors) => Make(name, Channels * vectors, 3, 2);

    /// <summary>Channel and place in a record of some vectors a block.</summary>
    public static int At(int channel, int vectors, int index) => channel / MapLayout.Lanes * vectors * MapLayout.Lanes + index * MapLayout.Lanes + channel % MapLayout.Lanes;

    /// <summary>Indices of a channel's positions.</summary>
    public IEnumerable<int> Positions(int channel) =>
        Enumerable.Range(0, positions).Select(p => (channel / MapLayout.Lanes * positions + p) * MapLayout.Lanes + channel % MapLayout.Lanes);

    /// <summary>The channel of an index.</summary>
    public int Channel(int index) => index / (positions * MapLayout.Lanes) * MapLayout.Lanes + index % MapLayout.Lanes;

    public static bool IsExact(ActivationKind activation) => activation is ActivationKind.None or ActivationKind.Relu or ActivationKind.Relu6;

    private float[] Make(string name, int floats, double scale, int whole)
    {
        ulong hash = WeightRule.Hash($"{title} {name} {data}", 7);
        return Enumerable.Range(0, floats).Select(i =>
        {
            float u = WeightRule.Uniform(hash, (ulong)i);
            return data == Data.WholeNumbers ? (float)(Math.Floor(u * (2.0 * whole + 1)) - whole) : (float)((u - 0.5) * scale);
        }).ToArray();
    }
}
