using System.Globalization;
using EfficientNet.Imaging;
using EfficientNet.Runtime;

namespace EfficientNet.Package.Tests.Support;

/// <summary>The sample's network with weights by rule, and what the sample program must print with them.</summary>
internal static class TinySample
{
    public static string Photo { get; } = Repository.Photo("coffee.png");

    /// <summary>Writes a weight file by torchvision's names.</summary>
    public static string WriteWeights(string folder, IReadOnlyDictionary<string, string>? metadata = null)
    {
        string path = Path.Combine(folder, "tiny.safetensors");
        SafetensorsWriter.Write(path, RuleTensors.Of(Tiny.Description), metadata);
        return path;
    }

    /// <summary>The sample's line, by the network that this project compiled for itself.</summary>
    public static string ExpectedLine(string weights, InstructionSet? instructionSet = null)
    {
        using Tiny network = Tiny.Load(weights, new NetworkOptions { InstructionSet = instructionSet });
        using Session session = network.CreateSession(threads: 1);
        ClassScore best = session.Classify(Image.Load(Photo), top: 1)[0];
        best.Score.ShouldBeInRange(1f / Tiny.Classes, 1f);
        return string.Create(CultureInfo.InvariantCulture, $"Tiny on {network.InstructionSet}: class {best.Class}, {best.Score:R}\n");
    }
}
