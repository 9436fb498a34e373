using EfficientNet.Compiler.Planning;

namespace EfficientNet.Numerics.Tests.Kernels.Harness;

/// <summary>Maps as the halves in which kernels see them, and back.</summary>
internal static class Halves
{
    private const int Lanes = MapLayout.Lanes;

    /// <summary>The two halves of a map; where one is shorter, the rest of its planes holds sentinels.</summary>
    public static (float[] First, float[] Second) Cut(float[] map, MapHalves halves)
    {
        float[][] cut = [new float[halves.Floats(0)], new float[halves.Floats(1)]];
        foreach (float[] half in cut) Array.Fill(half, KernelRun.Sentinel);
        Copy(halves, (half, at, from, floats) => map.AsSpan(from, floats).CopyTo(cut[half].AsSpan(at)));
        return (cut[0], cut[1]);
    }

    /// <summary>The map of two halves.</summary>
    public static float[] Join(float[] first, float[] second, MapHalves halves)
    {
        var map = new float[MapLayout.Floats(halves.Map)];
        Copy(halves, (half, at, to, floats) => (half == 0 ? first : second).AsSpan(at, floats).CopyTo(map.AsSpan(to)));
        return map;
    }

    /// <summary>Every block of every half: where it lies there, and where in the whole map.</summary>
    private static void Copy(MapHalves halves, Action<int, int, int, int> copy)
    {
        int plane = MapLayout.Plane(halves.Map);
        for (int half = 0; half < 2; half++)
        {
            for (int block = 0; block < halves.Blocks(half); block++)
            {
                int inMap = halves.OfRows
                    ? block * plane + half * halves.First * halves.Map.Width * Lanes
                    : (block + half * halves.First) * plane;
                copy(half, block * halves.Plane, inMap, halves.Positions(half) * Lanes);
            }
        }
    }
}
