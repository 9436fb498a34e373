using EfficientNet.Runtime;

namespace EfficientNet.Cli.Benchmarking;

/// <summary>What random weights are to be multiplied by, weight by weight, so that residual sums do not make maps grow.</summary>
internal static class ResidualScales
{
    /// <summary>
    /// √(1 / residuals) for the last convolution of a residual's branch, 1 for all else: each sum then adds that part of a map's square to it, and all sums together make
    /// it e times as large at most, where equal branches would double it every time.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <returns>A factor for each of <see cref="NetworkDescription.Weights"/>.</returns>
    public static float[] Of(NetworkDescription network)
    {
        // Of the two maps that are added the branch's is made last.
        int[] branches = [.. network.Layers.Where(layer => layer.Operation == LayerOperation.Add).Select(layer => network.Layers[layer.Inputs.Max()].Weights)];
        float[] scales = new float[network.Weights.Count];
        Array.Fill(scales, 1);
        foreach (int branch in branches) scales[branch] = MathF.Sqrt(1f / branches.Length);
        return scales;
    }
}
