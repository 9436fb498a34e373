using EfficientNet.Fuzz.Tests.Engine;

namespace EfficientNet.Fuzz.Tests.Formats;

/// <summary>The files that a format's inputs are made from, and those on which a parser once failed.</summary>
internal sealed class Corpus
{
    /// <summary>The longest input that is kept for what it discovered, in bytes.</summary>
    public const int LongestKept = 1 << 14;

    private readonly string _discovered;
    private readonly List<byte[]> _pool;
    private int _added;

    private Corpus(string discovered, List<byte[]> seeds, List<byte[]> regressions)
    {
        _discovered = discovered;
        Seeds = seeds;
        Regressions = regressions;
        _pool = [.. seeds];
    }

    public IReadOnlyList<byte[]> Seeds { get; }

    public IReadOnlyList<byte[]> Regressions { get; }

    public static Corpus Of(Format format)
    {
        string discovered = Repository.At("artifacts", "fuzz", "discovered", format.Name);
        return new Corpus(discovered, [.. Files("Corpus", format.Name), .. format.Seeds], [.. Files("Regressions", format.Name)]);
    }

    public byte[] Any(FuzzRandom random) => _pool[random.Next(_pool.Count)];

    /// <summary>Takes an input that discovered something, and writes it down.</summary>
    /// <returns>How many there are.</returns>
    public int Add(byte[] input)
    {
        _pool.Add(input);
        Directory.CreateDirectory(_discovered);
        File.WriteAllBytes(Path.Combine(_discovered, $"{_added:D5}"), input);
        return ++_added;
    }

    private static IEnumerable<byte[]> Files(string kind, string format)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, kind, format);
        return Directory.Exists(folder) ? Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes) : [];
    }
}
