namespace EfficientNet.Runtime;

/// <summary>A feature map that a traced pass keeps.</summary>
/// <remarks>
/// Names are <c>stem</c>, then STAGE.BLOCK (<c>1.0</c> is the first stage's first block), <c>head</c>, and
/// <c>features</c> (pooled; height and width 1). In the trace buffer a map lies as
/// <c>[ceil(Channels / 16)][Height][Width][16]</c> floats; lanes past the channel count are zero.
/// </remarks>
/// <param name="Name">The map's name.</param>
/// <param name="Channels">Its channels.</param>
/// <param name="Height">Its height.</param>
/// <param name="Width">Its width.</param>
/// <param name="TraceOffset">Where it begins in the trace buffer, in floats.</param>
public sealed record MapDescription(string Name, int Channels, int Height, int Width, long TraceOffset);
