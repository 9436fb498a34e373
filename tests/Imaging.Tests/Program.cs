using EfficientNet.Imaging.Tests.Decoding;
using EfficientNet.Imaging.Tests.Support;

namespace EfficientNet.Imaging.Tests;

/// <summary>The fixtures' hashes in a process of its own, which may be started with fewer instructions than the machine has.</summary>
internal static class Program
{
    /// <summary>Says which instructions it has, and then a line for each image that was made.</summary>
    public static int Main()
    {
        Console.WriteLine(VectorPathTests.Instructions);
        foreach (string line in ImageHashes.Lines()) Console.WriteLine(line);
        return 0;
    }
}
