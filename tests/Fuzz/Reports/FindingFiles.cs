using System.Security.Cryptography;
using EfficientNet.Fuzz.Tests.Engine;
using EfficientNet.Fuzz.Tests.Targets;

namespace EfficientNet.Fuzz.Tests.Reports;

/// <summary>Inputs on which a parser failed, each a file; moved to <c>Regressions</c> it is tried in every run.</summary>
internal static class FindingFiles
{
    /// <summary>Writes one.</summary>
    /// <returns>Its path.</returns>
    public static string Save(Target target, byte[] input)
    {
        string folder = Repository.At("artifacts", "fuzz", "findings", target.Format.Name);
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, $"{target.Format.Name}-{Convert.ToHexStringLower(SHA256.HashData(input))[..12]}");
        File.WriteAllBytes(path, input);
        return path;
    }
}
