using EfficientNet.Cli.Invocation;
using EfficientNet.Runtime;

namespace EfficientNet.Cli.Tensors;

/// <summary>Keeps every map of every image, to write each as a file <c>NAME.safetensors</c> with one tensor NAME, NCHW.</summary>
internal sealed class MapDump
{
    private readonly int _images;
    private readonly Dictionary<string, float[]> _values;
    private readonly NetworkDescription _network;

    /// <summary>The files of a network's maps, by their full paths.</summary>
    /// <param name="folder">The folder, which need not exist.</param>
    /// <param name="network">The network.</param>
    public static IEnumerable<string> Files(string folder, NetworkDescription network) => network.Maps.Select(map => FileOf(Path.GetFullPath(folder), map));

    /// <summary>Refuses what no array holds, before anything is computed.</summary>
    /// <exception cref="CommandFailureException">The maps of so many images are too large.</exception>
    public static void ThrowIfTooLarge(NetworkDescription network, int images)
    {
        MapDescription largest = network.Maps.MaxBy(Floats)!;
        if (images * Floats(largest) > Array.MaxLength)
            throw new CommandFailureException($"--dump: {largest.Name} of {images} images has {images * Floats(largest)} values: expected at most {Array.MaxLength / Floats(largest)} images");
    }

    /// <summary>Makes room for a number of images.</summary>
    public MapDump(NetworkDescription network, int images)
    {
        _network = network;
        _images = images;
        _values = network.Maps.ToDictionary(map => map.Name, map => new float[images * Floats(map)]);
    }

    /// <summary>Runs one image and keeps its maps.</summary>
    /// <param name="session">A session of the network.</param>
    /// <param name="index">The image's number.</param>
    /// <param name="image">Its values.</param>
    public void Add(Session session, int index, ReadOnlySpan<float> image) =>
        session.Trace(image, (map, values) => values.CopyTo(_values[map.Name].AsSpan(index * values.Length, values.Length)));

    /// <summary>Writes the files.</summary>
    /// <param name="folder">An existing folder; files of the same names are replaced.</param>
    public void Write(string folder)
    {
        foreach (MapDescription map in _network.Maps)
        {
            string path = FileOf(folder, map);
            var tensor = new SafetensorsTensor(map.Name, [_images, map.Channels, map.Height, map.Width], _values[map.Name]);
            FileReason.Writing(path, () => SafetensorsWriter.Write(path, [tensor], OutputMetadata.Of(_network)));
        }
    }

    private static long Floats(MapDescription map) => (long)map.Channels * map.Height * map.Width;

    private static string FileOf(string folder, MapDescription map) => Path.Combine(folder, $"{map.Name}.safetensors");
}
