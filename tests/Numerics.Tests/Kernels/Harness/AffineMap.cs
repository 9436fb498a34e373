using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Reference;

namespace EfficientNet.Numerics.Tests.Kernels.Harness;

/// <summary>The record by which kernels normalise a raw map: u = x · scale + shift for each channel, and the mean by which sums are centred.</summary>
internal sealed class AffineMap
{
    private const int Lanes = MapLayout.Lanes, Rows = 4;

    /// <summary>A record by name; scales are never zero, so that every channel counts.</summary>
    public AffineMap(string name, Data data, int channels)
    {
        Scale = Values.Make($"{name} scale", data, [channels], low: 1, high: 2, scale: 1).Map(value => data == Data.WholeNumbers ? value : (float)(value + 1));
        Shift = Values.Activations($"{name} shift", data, channels);
        Mean = Values.Activations($"{name} mean", data, channels);
    }

    public Tensor Scale { get; }

    public Tensor Shift { get; }

    public Tensor Mean { get; }

    /// <summary>[blocks][scale, shift, mean, rstd][16], lanes past the channels zero. The last is NaN: kernels that only normalise have no use for it.</summary>
    public float[] Packed()
    {
        int channels = Scale.Data.Length;
        var packed = new float[MapLayout.Blocks(channels) * Rows * Lanes];
        for (int c = 0; c < channels; c++)
        {
            int at = c / Lanes * Rows * Lanes + c % Lanes;
            packed[at] = (float)Scale.Data[c];
            packed[at + Lanes] = (float)Shift.Data[c];
            packed[at + 2 * Lanes] = (float)Mean.Data[c];
            packed[at + 3 * Lanes] = float.NaN;
        }

        return packed;
    }

    /// <summary>u of an exact map: a product and a sum, each rounded once at most.</summary>
    public Bounded Of(Tensor x)
    {
        Tensor value = Tensor.Like(x), error = Tensor.Like(x);
        for (int i = 0; i < x.Data.Length; i++)
        {
            int c = i / x.Positions % x.Channels;
            double product = Scale.Data[c] * x.Data[i];
            value.Data[i] = product + Shift.Data[c];
            error.Data[i] = Bounds.Epsilon * (1.01 * Math.Abs(product) + Math.Abs(value.Data[i]) * 1.01);
        }

        return new Bounded(value, error);
    }
}
