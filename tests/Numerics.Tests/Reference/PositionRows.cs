namespace EfficientNet.Numerics.Tests.Reference;

/// <summary>A map as a matrix, one row a position of an image, one column a channel.</summary>
internal static class PositionRows
{
    /// <param name="map">[N, C, H, W].</param>
    /// <returns>[N · H · W, C].</returns>
    public static Tensor Of(Tensor map)
    {
        var rows = new Tensor(map.Images * map.Positions, map.Channels);
        Parallel.For(0, map.Images, image =>
        {
            for (int c = 0; c < map.Channels; c++)
            {
                ReadOnlySpan<double> plane = map.Plane(image, c);
                for (int p = 0; p < plane.Length; p++) rows.Data[(image * plane.Length + p) * map.Channels + c] = plane[p];
            }
        });
        return rows;
    }

    /// <summary>The way back.</summary>
    public static Tensor ToMap(Tensor rows, int images, int height, int width)
    {
        var map = new Tensor(images, rows.Channels, height, width);
        Parallel.For(0, images, image =>
        {
            for (int c = 0; c < map.Channels; c++)
            {
                Span<double> plane = map.Plane(image, c);
                for (int p = 0; p < plane.Length; p++) plane[p] = rows.Data[(image * plane.Length + p) * map.Channels + c];
            }
        });
        return map;
    }
}
