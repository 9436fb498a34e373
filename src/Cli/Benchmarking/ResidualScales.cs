using EfficientNet.Runtime;

namespace EfficientNet.Cli.Benchmarking;

/// <summary>What random weights are to be multiplied by, layer by layer, so that residual sums do not make maps grow.</summary>
internal static class ResidualScales
{
    /// <summary>
    /// √(1 / residuals) for the last convolution of a residual's branch, 1 for all else: each sum then adds that part of a map's square to it, and all sums together make
    /// it e times as large at most, where equal branches would double it every time.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <returns>A factor for each of <see cref="NetworkDescription.Layers"/>.</returns>
    public static float[] Of(NetworkDescription network)
    {
        // Of the two maps that are added the branch's is made last.
        HashSet<int> branches = [.. network.Layers.Where(layer => layer.Operation == LayerOperation.Add).Select(layer => layer.Inputs.Max())];
        return [.. Enumerable.Range(0, network.Layers.Count).Select(i => branches.Contains(i) ? MathF.Sqrt(1f / branches.Count) : 1)];
    }
}
