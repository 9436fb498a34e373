using EfficientNet.Compiler.Graph;

namespace EfficientNet.Compiler.Planning;

/// <summary>
/// The one layout of every stored map, on every instruction set: <c>[channels / 16][row][column][16]</c>.
/// Lanes past the channel count hold zero: weights and biases are padded with zeros, and every activation maps zero to zero.
/// </summary>
internal static class MapLayout
{
    /// <summary>Channels side by side in memory: one 512-bit vector, one cache line.</summary>
    public const int Lanes = 16;

    public static int Blocks(int channels) => (channels + Lanes - 1) / Lanes;

    /// <summary>Floats of a map, padding lanes included.</summary>
    public static long Floats(Shape shape) => (long)Blocks(shape.Channels) * shape.Positions * Lanes;

    /// <summary>Floats from one block of 16 channels to the next.</summary>
    public static int Plane(Shape shape) => shape.Positions * Lanes;

    /// <summary>Reductions run in steps of four; the weights of the missing channels are zero.</summary>
    public static int PaddedReduction(int channels) => (channels + 3) / 4 * 4;
}
