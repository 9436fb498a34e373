using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>The share of one group of channels in the squeeze, from sums of one or several bands.</summary>
public class SqueezeTests
{
    private static readonly Dictionary<string, SqueezeKernel> Kernels = Sweep();

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("Squeeze", Kernels.ToDictionary(one => one.Key, Kernel (one) => one.Value)));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Kernels.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_share_is_the_mean_times_the_weights(InstructionSet set, string title)
    {
        SqueezeKernel kernel = Kernels[title];
        int channels = kernel.Blocks * MapLayout.Lanes, outputs = kernel.SqueezeBlocks * MapLayout.Lanes;
        foreach (Data data in Enum.GetValues<Data>())
        {
            // One over the positions is a float only where they are a power of two.
            if (data == Data.WholeNumbers && (kernel.Positions & (kernel.Positions - 1)) != 0) continue;
            Tensor sums = Values.Activations($"{title} sums", data, kernel.Bands, channels);
            Tensor weight = Values.Weights($"{title} w", data, outputs, channels);
            var w = new float[channels * outputs];
            Packing.Squeeze(w, weight, kernel.Blocks, w.Length);
            float[] spread = Packing.Spread(sums.ToFloats(), channels, kernel.Bands > 1 ? kernel.BandStride : channels);
            (double[] expected, double[] errors) = Expected(kernel, sums, weight);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                using var run = new KernelRun(Library.Value[set, title], guard);
                run.Input("sums", spread).Input("w", w).Output("partial", outputs).Call();
                Judge.Floats(run["partial"], expected, errors, data, $"{set}, {data}, guard {guard}, {title}");
            }
        }
    }

    /// <summary>Bands, a quarter of the channels in each chain, two sums of chains, the reciprocal and the product are rounded.</summary>
    private static (double[] Value, double[] Error) Expected(SqueezeKernel kernel, Tensor sums, Tensor weight)
    {
        int channels = sums.Shape[1];
        double roundings = (kernel.Bands + channels / 4 + 6) * Bounds.Epsilon;
        var value = new double[weight.Shape[0]];
        var error = new double[value.Length];
        for (int j = 0; j < value.Length; j++)
        {
            for (int i = 0; i < sums.Data.Length; i++)
            {
                double term = sums.Data[i] * weight.Data[j * channels + i % channels] / kernel.Positions;
                value[j] += term;
                error[j] += Math.Abs(term) * roundings;
            }
        }

        return (value, error);
    }

    private static Dictionary<string, SqueezeKernel> Sweep()
    {
        var kernels = new Dictionary<string, SqueezeKernel>();
        (int Blocks, int SqueezeBlocks, int Bands, int Gap, int Positions)[] shapes =
            [(1, 1, 1, 0, 1), (2, 1, 1, 0, 49), (7, 3, 1, 0, 16), (3, 2, 2, 0, 64), (1, 1, 4, 2, 112), (4, 3, 3, 5, 196), (2, 1, 12, 1, 4096), (5, 1, 2, 3, 12544)];
        foreach ((int blocks, int squeeze, int bands, int gap, int positions) in shapes)
        {
            var kernel = new SqueezeKernel(blocks, squeeze, bands, bands > 1 ? (blocks + gap) * MapLayout.Lanes : 0, positions);
            kernels.Add(kernel.Name, kernel);
        }

        return kernels;
    }
}
