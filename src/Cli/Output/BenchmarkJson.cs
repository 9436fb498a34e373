using System.Text.Json;
using EfficientNet.Cli.Benchmarking;
using EfficientNet.Cli.Measurement;

namespace EfficientNet.Cli.Output;

/// <summary>Measurements for programs: one JSON object a line.</summary>
internal static class BenchmarkJson
{
    /// <summary>One number of threads: what was measured, milliseconds a pass, images a second, GFLOP/s and the peak; with a
    /// profile, its bandwidth, cache and steps.</summary>
    public static string Line(BenchmarkResult result) => JsonLine.Of(json =>
    {
        json.WriteString("network", result.Network.Name);
        json.WriteString("instructionSet", result.InstructionSet.ToString());
        json.WriteString("weights", result.Weights.ToString().ToLowerInvariant());
        json.WriteNumber("threads", result.Threads);
        json.WriteNumber("batch", result.Batch);
        json.WriteNumber("passes", result.Passes);
        json.WriteStartObject("milliseconds");
        json.WriteNumber("minimum", Math.Round(result.Milliseconds.Min(), 4));
        json.WriteNumber("median", Math.Round(result.Milliseconds.Median(), 4));
        json.WriteNumber("p90", Math.Round(result.Milliseconds.Quantile(0.9), 4));
        json.WriteNumber("p99", Math.Round(result.Milliseconds.Quantile(0.99), 4));
        json.WriteEndObject();
        json.WriteNumber("imagesPerSecond", Math.Round(result.ImagesPerSecond, 2));
        json.WriteNumber("gigaflops", Math.Round(result.Gigaflops, 2));
        json.WriteNumber("peakGigaflops", Math.Round(result.Peak, 2));
        json.WriteNumber("shareOfPeak", Math.Round(result.ShareOfPeak, 4));
        if (result.Profile is { } profile) Write(json, profile);
    });

    private static void Write(Utf8JsonWriter json, StepProfile profile)
    {
        json.WriteNumber("bandwidthGigabytes", Math.Round(profile.Roofline.BandwidthGigabytes, 2));
        json.WriteNumber("cacheBytes", profile.Roofline.Cache.Bytes);
        json.WriteBoolean("cacheKnown", profile.Roofline.Cache.Known);
        json.WriteStartArray("steps");
        foreach (StepTime time in profile.Steps)
        {
            json.WriteStartObject();
            json.WriteString("name", time.Step.Name);
            json.WriteString("operation", time.Step.Operation);
            json.WriteString("kernel", time.Step.Kernel);
            json.WriteNumber("multiplyAdds", time.Step.MultiplyAdds);
            json.WriteNumber("weightBytes", time.Step.WeightBytes);
            json.WriteNumber("mapBytes", time.Step.MapBytes);
            json.WriteNumber("microseconds", Math.Round(time.Microseconds, 2));
            json.WriteNumber("gigaflops", Math.Round(time.Gigaflops, 2));
            json.WriteString("bound", BenchmarkTable.BoundName(time.Bound));
            json.WriteNumber("attainableMicroseconds", Math.Round(time.Bound.Microseconds, 2));
            json.WriteNumber("share", Math.Round(time.Share, 4));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
