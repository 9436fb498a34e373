using System.Text.Json;
using EfficientNet.Numerics.Tests.Reference;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>What a reference says of one tensor.</summary>
/// <param name="Shape">Its shape.</param>
/// <param name="L2">Its norm.</param>
/// <param name="Sum">The sum of its values.</param>
/// <param name="Samples">Eight values, at flat indices ⌊k · count / 8⌋.</param>
internal sealed record Summary(int[] Shape, double L2, double Sum, double[] Samples)
{
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    public double RootMeanSquare => L2 / Math.Sqrt(Count);

    /// <summary>How far this is from what is expected: the norm, relative, and the worst sample in root mean squares.</summary>
    public (double L2, double Samples) DistanceTo(Summary expected) =>
        (Math.Abs(L2 - expected.L2) / expected.L2, Samples.Zip(expected.Samples, (found, wanted) => Math.Abs(found - wanted)).Max() / expected.RootMeanSquare);
}

/// <summary>One inference reference: <c>NAME.eval.json</c> and the running statistics beside it.</summary>
internal sealed record EvalReference
{
    public required int Resolution { get; init; }

    public required int Batch { get; init; }

    public required int Classes { get; init; }

    public required int Seed { get; init; }

    public required long Parameters { get; init; }

    /// <summary>How the network pads, "same" or "symmetric"; absent from the older files, whose networks are symmetric.</summary>
    public required string? Padding { get; init; }

    public required double Epsilon { get; init; }

    /// <summary>Every tensor of the network's state, in its order.</summary>
    public required IReadOnlyList<(string Name, int[] Shape)> Keys { get; init; }

    /// <summary>The stem, every block and the head, in order.</summary>
    public required IReadOnlyList<(string Name, Summary Summary)> Blocks { get; init; }

    /// <summary>torch's float32 result, [N, classes].</summary>
    public required double[] Logits { get; init; }

    /// <summary>torch's float64 result, where it was made.</summary>
    public required double[]? LogitsFloat64 { get; init; }

    /// <summary>The running statistics to load, by name.</summary>
    public required TensorFile Statistics { get; init; }

    /// <param name="name">Folder and name without ending, as <c>torchvision/b0</c>.</param>
    public static EvalReference Read(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedFolder.Reference(name + ".eval.json")));
        JsonElement root = document.RootElement;
        return new EvalReference
        {
            Resolution = root.GetProperty("resolution").GetInt32(),
            Batch = root.GetProperty("batch").GetInt32(),
            Classes = root.GetProperty("classes").GetInt32(),
            Seed = root.GetProperty("seed").GetInt32(),
            Parameters = root.GetProperty("parameters").GetInt64(),
            Padding = root.TryGetProperty("padding", out JsonElement padding) ? padding.GetString() : null,
            Epsilon = root.GetProperty("bn_eps").GetDouble(),
            Keys = root.GetProperty("keys").EnumerateObject().Select(key => (key.Name, key.Value.Integers())).ToList(),
            Blocks = root.GetProperty("blocks").EnumerateObject().Select(block => (block.Name, block.Value.Summary())).ToList(),
            Logits = root.GetProperty("logits").Rows(),
            LogitsFloat64 = root.TryGetProperty("logits_float64", out JsonElement exact) ? exact.Rows() : null,
            Statistics = TensorFile.Open(SharedFolder.Reference(name + ".eval.stats.safetensors")),
        };
    }

    /// <summary>The weights by the rule, the running statistics from their file.</summary>
    public Dictionary<string, Tensor> Weights()
    {
        Dictionary<string, Tensor> weights = Keys.ToDictionary(key => key.Name, key => Tensor.Of(key.Shape, WeightRule.Values(key.Name, key.Shape, Seed)));
        foreach (string statistic in Statistics.Names)
        {
            weights.ShouldContainKey(statistic);
            weights[statistic] = Statistics[statistic];
        }

        return weights;
    }

    /// <summary>The same as a safetensors file, never held as doubles.</summary>
    public byte[] WeightFile()
    {
        HashSet<string> statistics = [.. Statistics.Names];
        statistics.ExceptWith(Keys.Select(key => key.Name));
        statistics.ShouldBeEmpty();
        statistics = [.. Statistics.Names];
        return TensorFile.Create(Keys, (name, shape, values) =>
        {
            if (statistics.Contains(name)) Statistics[name].ToFloats().CopyTo(values);
            else WeightRule.Fill(values, name, shape, Seed);
        });
    }
}
