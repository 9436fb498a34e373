using EfficientNet.Compiler.Graph;

namespace EfficientNet.Compiler.Planning;

/// <summary>
/// The map between a depthwise convolution and its projection in two halves, each a map of its own: of rows where the map is made in bands, otherwise of
/// channels, over which the projection then sums in two parts.
/// </summary>
/// <remarks>
/// Of two workers each makes one half, and nobody else reads it or writes to its place, in this layer or in another. Where processors share no cache, a line that
/// another one has read or written costs hundreds of nanoseconds before it can be written again, and the maps are megabytes. The cut depends on
/// the plan alone, so that results do not depend on the number of workers.
/// </remarks>
/// <param name="Map">The whole map.</param>
/// <param name="OfRows">Whether it is cut between rows; otherwise between blocks of channels.</param>
/// <param name="First">Rows or blocks of the first half, the larger one if they differ.</param>
internal sealed record MapHalves(Shape Map, bool OfRows, int First)
{
    /// <summary>Floats between blocks of either half.</summary>
    public int Plane => OfRows ? Math.Max(Length(0), Length(1)) * Map.Width * MapLayout.Lanes : MapLayout.Plane(Map);

    /// <summary>Rows or blocks of a half.</summary>
    public int Length(int half) => half == 0 ? First : (OfRows ? Map.Height : MapLayout.Blocks(Map.Channels)) - First;

    public int Blocks(int half) => OfRows ? MapLayout.Blocks(Map.Channels) : Length(half);

    public int Positions(int half) => OfRows ? Length(half) * Map.Width : Map.Positions;

    public long Floats(int half) => (long)Blocks(half) * Plane;
}
