using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Reference;

namespace EfficientNet.Numerics.Tests.Kernels.Harness;

/// <summary>Tensors in the layouts that kernels read and write, packed here by their formulas and not by the product's own packer.</summary>
internal static class Packing
{
    private const int Lanes = MapLayout.Lanes;

    /// <summary>[1, C, H, W] as [C / 16][H·W][16], lanes past C zero.</summary>
    public static double[] Map(Tensor map)
    {
        int positions = map.Positions;
        var packed = new double[MapLayout.Blocks(map.Channels) * positions * Lanes];
        for (int c = 0; c < map.Channels; c++)
        {
            ReadOnlySpan<double> plane = map.Plane(0, c);
            for (int p = 0; p < positions; p++) packed[(c / Lanes * positions + p) * Lanes + c % Lanes] = plane[p];
        }

        return packed;
    }

    public static float[] Floats(double[] values) => Array.ConvertAll(values, value => (float)value);

    public static float[] MapFloats(Tensor map) => Floats(Map(map));

    /// <summary>Floats of <see cref="Panels"/>: panels a stride apart, the last one only as long as it needs to be.</summary>
    public static int PanelFloats(int outputBlocks, int reduction, int panelBlocks, int stride)
    {
        int tail = outputBlocks % panelBlocks;
        return outputBlocks / panelBlocks * stride + (tail == 0 ? 0 : (panelBlocks + reduction * tail) * Lanes);
    }

    /// <summary>
    /// A dense matrix in panels: for each of them [16·panel blocks] biases, then [reduction][16·blocks of this panel] weights.
    /// </summary>
    /// <param name="to">Zeroed; where the first panel begins.</param>
    /// <param name="weight">[N, …]: output, then the reduction in its order.</param>
    /// <param name="bias">[N].</param>
    /// <param name="panelBlocks">Blocks of 16 outputs in a panel; the last one has the rest.</param>
    /// <param name="stride">Floats from panel to panel.</param>
    public static void Panels(Span<float> to, Tensor weight, Tensor bias, int panelBlocks, int stride)
    {
        int outputs = weight.Shape[0], reduction = weight.Data.Length / outputs;
        int blocks = MapLayout.Blocks(outputs), panel = panelBlocks * Lanes;
        for (int n = 0; n < outputs; n++)
        {
            int p = n / panel;
            int width = Math.Min(panelBlocks, blocks - p * panelBlocks) * Lanes;
            to[p * stride + n % panel] = (float)bias.Data[n];
            for (int k = 0; k < reduction; k++) to[p * stride + panel + k * width + n % panel] = (float)weight.Data[n * reduction + k];
        }
    }

    /// <summary>Weights [N, C, k, k] with their taps outermost, [N, k·k·channels]: zeros where there are more channels than C.</summary>
    public static Tensor TapsFirst(Tensor weight, int channels)
    {
        (int outputs, int inputs) = (weight.Shape[0], weight.Shape[1]);
        int taps = weight.Data.Length / (outputs * inputs);
        var ordered = new Tensor(outputs, taps * channels);
        for (int i = 0; i < weight.Data.Length; i++)
        {
            (int n, int c, int tap) = (i / (inputs * taps), i / taps % inputs, i % taps);
            ordered.Data[(n * taps + tap) * channels + c] = weight.Data[i];
        }

        return ordered;
    }

    /// <summary>3×3 weights [N, C, 3, 3] as one of the 16 points that Winograd multiplies has them, [N, channels]: zeros where there are more channels than C.</summary>
    public static Tensor WinogradPoint(Tensor weight, int point, int channels)
    {
        (int outputs, int inputs) = (weight.Shape[0], weight.Shape[1]);
        var values = new Tensor(outputs, channels);
        for (int i = 0; i < outputs * inputs; i++)
        {
            values.Data[i / inputs * channels + i % inputs] = WinogradBound.Transform(WinogradBound.G, weight.Data.AsSpan(i * 9, 9).ToArray())[point];
        }

        return values;
    }

    /// <summary>Depthwise weights in groups: for each of their blocks [kernel²][16] taps, then [16] biases.</summary>
    public static void Depthwise(Span<float> to, Tensor weight, Tensor bias, int groupBlocks, int stride)
    {
        int taps = weight.Data.Length / weight.Shape[0];
        for (int c = 0; c < weight.Shape[0]; c++)
        {
            int block = c / Lanes;
            int at = block / groupBlocks * stride + block % groupBlocks * (taps + 1) * Lanes + c % Lanes;
            for (int t = 0; t < taps; t++) to[at + t * Lanes] = (float)weight.Data[c * taps + t];
            to[at + taps * Lanes] = (float)bias.Data[c];
        }
    }

    /// <summary>Values of depthwise taps, and of a bias, in the order of blocks: [blocks][taps, bias][16].</summary>
    public static double[] DepthwiseBlocks(Tensor weight, Tensor bias)
    {
        int taps = weight.Data.Length / weight.Shape[0];
        var packed = new double[MapLayout.Blocks(weight.Shape[0]) * (taps + 1) * Lanes];
        for (int c = 0; c < weight.Shape[0]; c++)
        {
            int at = c / Lanes * (taps + 1) * Lanes + c % Lanes;
            for (int t = 0; t < taps; t++) packed[at + t * Lanes] = weight.Data[c * taps + t];
            packed[at + taps * Lanes] = bias.Data[c];
        }

        return packed;
    }

    /// <summary>Squeeze weights [J, C] as, for each group of channels, [channels][16·blocks of J].</summary>
    public static void Squeeze(Span<float> to, Tensor weight, int groupBlocks, int stride)
    {
        int outputs = weight.Shape[0], channels = weight.Shape[1];
        int group = groupBlocks * Lanes, width = MapLayout.Blocks(outputs) * Lanes;
        for (int c = 0; c < channels; c++)
        {
            for (int j = 0; j < outputs; j++) to[c / group * stride + c % group * width + j] = (float)weight.Data[j * channels + c];
        }
    }

    /// <summary>Values blocks of which lie further apart than they are long; what lies between is the sentinel.</summary>
    public static float[] Spread(float[] packed, int blockFloats, int stride)
    {
        int blocks = packed.Length / blockFloats;
        var spread = new float[(blocks - 1) * stride + blockFloats];
        Array.Fill(spread, KernelRun.Sentinel);
        for (int b = 0; b < blocks; b++) packed.AsSpan(b * blockFloats, blockFloats).CopyTo(spread.AsSpan(b * stride));
        return spread;
    }

    /// <summary>The reverse of <see cref="Spread"/>; what lies between has to be the sentinel still.</summary>
    public static float[] Gather(float[] spread, int blockFloats, int stride, string where) =>
        Gather(spread, (spread.Length - blockFloats) / stride + 1, 1, blockFloats, stride, 0, where);

    /// <summary>Blocks of rows that lie apart, as a map; what lies between has to be the sentinel still.</summary>
    public static float[] Gather(float[] spread, int blocks, int rows, int rowFloats, int blockStride, int rowStride, string where)
    {
        var packed = new float[blocks * rows * rowFloats];
        var gathered = new bool[spread.Length];
        for (int i = 0; i < packed.Length; i++)
        {
            int at = i / (rows * rowFloats) * blockStride + i / rowFloats % rows * rowStride + i % rowFloats;
            packed[i] = spread[at];
            gathered[at] = true;
        }

        int sentinel = BitConverter.SingleToInt32Bits(KernelRun.Sentinel);
        for (int i = 0; i < spread.Length; i++)
        {
            if (!gathered[i] && BitConverter.SingleToInt32Bits(spread[i]) != sentinel) Assert.Fail($"{where}: float {i} lies between rows or blocks and was written");
        }

        return packed;
    }
}
