using System.Globalization;

namespace EfficientNet.Cli.Measurement;

/// <summary>The cache that every core has to itself and that its weights and maps come from.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="Known">Whether the system says so; otherwise 1 MiB is assumed.</param>
internal readonly record struct SecondLevelCache(long Bytes, bool Known)
{
    private const string Folder = "/sys/devices/system/cpu/cpu0/cache";

    /// <summary>This machine's.</summary>
    public static SecondLevelCache Current { get; } = Read();

    private static SecondLevelCache Read()
    {
        if (Directory.Exists(Folder))
        {
            foreach (string index in Directory.EnumerateDirectories(Folder, "index*"))
            {
                if (Text(index, "level") == "2" && Text(index, "size") is [.. var kibibytes, 'K']
                    && long.TryParse(kibibytes, NumberStyles.None, CultureInfo.InvariantCulture, out long size))
                {
                    return new SecondLevelCache(size * 1024, true);
                }
            }
        }

        return new SecondLevelCache(1 << 20, false);
    }

    private static string? Text(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        return File.Exists(path) ? File.ReadAllText(path).Trim() : null;
    }
}
