namespace EfficientNet.Runtime;

/// <summary>Takes a map out of a trace buffer.</summary>
internal static unsafe class TracedMap
{
    private const int Lanes = 16;

    /// <summary>From <c>[ceil(C/16)][H][W][16]</c> to <c>[C][H][W]</c>.</summary>
    public static float[] ToChannelsFirst(MapDescription map, AlignedBuffer trace)
    {
        long positions = (long)map.Height * map.Width;
        long blocks = (map.Channels + Lanes - 1) / Lanes;
        if (map.TraceOffset < 0 || map.TraceOffset + blocks * positions * Lanes > trace.Length)
            throw new InvalidOperationException($"Map {map.Name} lies outside the trace buffer of {trace.Length} floats.");

        float* source = trace.Pointer + map.TraceOffset;
        var values = new float[map.Channels * positions];
        for (int channel = 0; channel < map.Channels; channel++)
        {
            float* lane = source + channel / Lanes * positions * Lanes + channel % Lanes;
            long row = channel * positions;
            for (long position = 0; position < positions; position++)
                values[row + position] = lane[position * Lanes];
        }
        return values;
    }
}
