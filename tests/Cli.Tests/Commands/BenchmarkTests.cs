using System.Text.Json;
using EfficientNet.Cli.Tests.Support;

namespace EfficientNet.Cli.Tests.Commands;

/// <summary>What is said and how the numbers hang together; never how long anything took.</summary>
public class BenchmarkTests
{
    [Fact]
    public async Task Json_has_one_line_for_each_number_of_threads()
    {
        string[] lines = (await ProgramRun.Of("benchmark", "--threads", "1,2", "--passes", "3", "--json")).ShouldSucceed().OutputLines;
        lines.Length.ShouldBe(2);
        for (int i = 0; i < lines.Length; i++)
        {
            using var document = JsonDocument.Parse(lines[i]);
            JsonElement result = document.RootElement;
            result.GetProperty("network").GetString().ShouldBe("EfficientNetLite0");
            result.GetProperty("weights").GetString().ShouldBe("inside");
            result.GetProperty("threads").GetInt32().ShouldBe(i + 1);
            result.GetProperty("batch").GetInt32().ShouldBe(1);
            result.GetProperty("passes").GetInt32().ShouldBe(3);
            double[] times = ((string[])["minimum", "median", "p90", "p99"]).Select(name => result.GetProperty("milliseconds").GetProperty(name).GetDouble()).ToArray();
            times[0].ShouldBeGreaterThan(0);
            times.ShouldBeInOrder();
            result.GetProperty("imagesPerSecond").GetDouble().ShouldBe(1000 / times[1], 0.01 * 1000 / times[1]);
            double flops = 2 * 385_000_000.0 / (times[1] * 1e6);
            result.GetProperty("gigaflops").GetDouble().ShouldBe(flops, 0.02 * flops);
            result.GetProperty("peakGigaflops").GetDouble().ShouldBeGreaterThan(0);
            result.GetProperty("shareOfPeak").GetDouble().ShouldBeGreaterThan(0);
            result.TryGetProperty("steps", out _).ShouldBeFalse();
        }
    }

    [Fact]
    public async Task A_profile_names_every_step_with_its_bound()
    {
        string line = (await ProgramRun.Of("benchmark", "EfficientNetB0", "--threads", "2", "--passes", "2", "--batch", "2", "--profile", "--json"))
            .ShouldSucceed().OutputLines.ShouldHaveSingleItem();
        using var document = JsonDocument.Parse(line);
        JsonElement result = document.RootElement;
        result.GetProperty("weights").GetString().ShouldBe("random");
        result.GetProperty("batch").GetInt32().ShouldBe(2);
        result.GetProperty("bandwidthGigabytes").GetDouble().ShouldBeGreaterThan(0);
        result.GetProperty("cacheBytes").GetInt64().ShouldBeGreaterThan(0);
        double peak = result.GetProperty("peakGigaflops").GetDouble();

        JsonElement[] steps = result.GetProperty("steps").EnumerateArray().ToArray();
        steps[0].GetProperty("operation").GetString().ShouldBe("stem → depthwise → squeeze");
        steps[^1].GetProperty("name").GetString().ShouldBe("classifier");
        steps[^1].GetProperty("multiplyAdds").GetInt64().ShouldBe(1_280_000);
        foreach (JsonElement step in steps)
        {
            double time = step.GetProperty("microseconds").GetDouble(), least = step.GetProperty("attainableMicroseconds").GetDouble();
            time.ShouldBeGreaterThan(0);
            step.GetProperty("bound").GetString().ShouldBeOneOf("compute", "memory");
            step.GetProperty("share").GetDouble().ShouldBe(least / time, 0.01 + (0.01 / time));
            // The numbers are rounded.
            least.ShouldBeGreaterThanOrEqualTo((0.999 * 2 * step.GetProperty("multiplyAdds").GetInt64() / peak / 1e3) - 0.01);
        }
    }

    [Fact]
    public async Task Tables_hold_the_same_for_people()
    {
        string[] lines = (await ProgramRun.Of("benchmark", "efficientnetlite1", "--threads", "1", "--passes", "1", "--profile")).ShouldSucceed().OutputLines;
        lines.ShouldContain(line => line.Contains("EfficientNetLite1, ") && line.Contains("1 image a pass, random weights"));
        lines.ShouldContain(line => line.Contains("Median ms") && line.Contains("Share of peak"));
        lines.ShouldContain(line => line.Contains("1 thread: steps of one image"));
        lines.ShouldContain(line => line.Contains(" classifier ") && line.Contains("1,280,000"));
        lines.Count(line => line.Contains(" compute ") || line.Contains(" memory ")).ShouldBeGreaterThan(20);
    }

    [Fact]
    public async Task A_weight_file_that_is_none_is_one_line() =>
        (await ProgramRun.Of("benchmark", "--weights", "nothing.safetensors")).ShouldFail(1, "nothing.safetensors");
}
