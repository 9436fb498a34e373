using EfficientNet.Fuzz.Tests.Engine;
using EfficientNet.Fuzz.Tests.Formats;
using EfficientNet.Fuzz.Tests.Targets;

namespace EfficientNet.Fuzz.Native;

/// <summary>What AFL++ begins with: the corpus, what was found before, and valid files that the format makes.</summary>
internal static class Seeds
{
    private const int Made = 24;

    // It changes short files best; a checkpoint has to fit.
    private const int Longest = 1 << 16;

    /// <summary>Writes them, each a file.</summary>
    /// <returns>Each, after it was written.</returns>
    public static IEnumerable<byte[]> Written(Target target, string folder)
    {
        Directory.CreateDirectory(folder);
        Corpus corpus = Corpus.Of(target.Format);
        IEnumerable<byte[]> made = Enumerable.Range(0, Made).Select(number => target.Format.Make(new FuzzRandom(seed: 1, target.Name, number)));
        int count = 0;
        foreach (byte[] bytes in corpus.Seeds.Concat(corpus.Regressions).Concat(made.Where(bytes => target.Format.PassesHeader(bytes))))
        {
            if (bytes.Length > Longest) continue;
            File.WriteAllBytes(Path.Combine(folder, $"{count++:D3}"), bytes);
            yield return bytes;
        }
    }
}
