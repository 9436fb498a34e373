using System.Globalization;
using System.Text.Json;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Networks;
using EfficientNet.Benchmarks.Scorecard.Model;
using EfficientNet.Cli.Networks;
using EfficientNet.Imaging;
using EfficientNet.Runtime;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>Real photos through Lite0's published weights, against timm and Pillow.</summary>
internal sealed class Photos : IClauseGroup
{
    public string Name => "photos";

    public IEnumerable<Row> Measure(bool quick)
    {
        foreach ((string file, string precision) in new[] { ("tf_efficientnet_lite0.safetensors", "float32"), ("tf_efficientnet_lite0.fp16.safetensors", "float16") })
        {
            using CompiledNetwork network = EfficientNetLite0.Load(Folders.InShared("weights", file));
            foreach (Row row in Classify(network, precision)) yield return row;
        }
    }

    private static IEnumerable<Row> Classify(CompiledNetwork network, string precision)
    {
        using Session session = network.CreateSession();
        using JsonDocument expected = JsonDocument.Parse(File.ReadAllBytes(Folders.InShared("photos", "expected.json")));
        var preprocessor = new ImagePreprocessor(network.Preprocessing);
        var input = new float[preprocessor.InputLength];
        var probabilities = new float[network.Network.Classes];
        foreach (JsonElement photo in expected.RootElement.GetProperty("cases").EnumerateArray())
        {
            string file = photo.GetProperty("file").GetString()!;
            (int Class, double Probability)[] top = photo.GetProperty("top5").EnumerateArray()
                .Select(entry => (entry.GetProperty("class").GetInt32(), entry.GetProperty("probability").GetDouble())).ToArray();
            preprocessor.Preprocess(Image.Load(Folders.InShared("photos", file)), input);
            session.Classify(input, probabilities);
            int[] found = new int[top.Length];
            Session.TopK(probabilities, found);
            bool sameClasses = found.SequenceEqual(top.Select(entry => entry.Class));
            double difference = top.Max(entry => Math.Abs(probabilities[entry.Class] - entry.Probability));
            double limit = precision == "float16" ? 5e-3 : file.EndsWith(".png", StringComparison.Ordinal) ? 1e-4 : 2e-3;
            yield return Row.Of(
                $"{file}, {precision} weights: the same top 5, probabilities",
                string.Create(CultureInfo.InvariantCulture, $"{(sameClasses ? "same" : "other")} top 5, off by {difference:0.0e-0}"),
                string.Create(CultureInfo.InvariantCulture, $"same, ≤ {limit:0e-0}"),
                sameClasses && difference <= limit);
        }
    }
}
