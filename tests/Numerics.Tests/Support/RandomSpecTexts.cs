using System.Globalization;

namespace EfficientNet.Numerics.Tests.Support;

/// <summary>Valid specs as texts, every key of the format among them, with numbers that nobody would choose; small enough for the naive reference.</summary>
internal static class RandomSpecTexts
{
    /// <summary>The spec of a seed; the same on every machine.</summary>
    public static string Of(int seed)
    {
        var random = new Sequence((ulong)seed, "spec text");
        var members = new List<string> { Text("name", $"Text{seed}") };
        if (random.OneIn(3)) members.Add(Text("family", random.Pick("v1", "lite", "lite", "v2", "v2-s")));
        if (random.OneIn(2)) members.Add(Text("convention", random.Pick("torchvision", "timm", "tensorflow")));
        int form = random.Between(0, 5);
        if (form == 0) members.AddRange(Compound(random));
        else if (form == 1) members.AddRange([Hundredths("width", random, 10, 60), Hundredths("depth", random, 5, 110), Whole("resolution", random, 17, 64)]);
        else members.AddRange(Table(random));
        members.AddRange(Options(random));
        return "{" + string.Join(", ", members) + "}";
    }

    private static IEnumerable<string> Compound(Sequence random)
    {
        yield return Hundredths("phi", random, 50, 150);
        yield return Hundredths("alpha", random, 40, 110);
        yield return Hundredths("beta", random, 25, 70);
        yield return Hundredths("gamma", random, 15, 25);
    }

    private static IEnumerable<string> Table(Sequence random)
    {
        yield return Whole("resolution", random, 1, 61);
        if (random.OneIn(3)) yield return Hundredths("width", random, 30, 180);
        if (random.OneIn(3)) yield return Hundredths("depth", random, 30, 180);
        yield return $"\"stages\": [{string.Join(", ", Enumerable.Range(0, random.Between(1, 5)).Select(_ => Row(random)))}]";
    }

    private static string Row(Sequence random)
    {
        bool separable = random.OneIn(4), fused = !separable && random.OneIn(3);
        var members = new List<string>();
        if (separable) members.Add(Text("block", "depthwiseSeparable"));
        else if (fused) members.Add(Text("block", "fused"));
        else if (random.OneIn(2)) members.Add(Text("block", "mbconv"));
        members.Add(Whole("kernel", fused ? random.Pick(3, 3, 5, 7) : random.Pick(1, 3, 3, 5, 5, 7, 9)));
        members.Add(Whole("stride", random.Pick(1, 1, 2)));
        if (!separable) members.Add(Whole("expansion", fused ? random.Pick(1, 1, 2, 4) : random.Pick(1, 2, 3, 4, 6, 6)));
        members.Add(Whole("channels", random, 1, 72));
        members.Add(Whole("repeats", random, 1, 3));
        if (!fused && random.OneIn(2)) members.Add(Hundredths("squeezeExcite", random.Pick(0, 4, 25, 50, 100)));
        if (random.OneIn(4)) members.Add("\"depthScaled\": false");
        return "{" + string.Join(", ", members) + "}";
    }

    private static IEnumerable<string> Options(Sequence random)
    {
        if (random.OneIn(3)) yield return $"\"stem\": {{{Whole("channels", random, 1, 48)}, {Flag("scaled", random)}}}";
        if (random.OneIn(2)) yield return Head(random);
        if (random.OneIn(3)) yield return $"\"rounding\": {{{Whole("divisor", random.Pick(1, 2, 3, 4, 5, 16))}, {Flag("keepNinetyPercent", random)}}}";
        if (random.OneIn(2)) yield return Text("activation", random.Pick("silu", "relu6", "relu", "hardswish"));
        if (random.OneIn(2)) yield return Text("padding", random.Pick("symmetric", "same"));
        if (random.OneIn(4)) yield return "\"batchNorm\": false";
        else if (random.OneIn(3)) yield return $"\"batchNorm\": {{{Hundredths("epsilon", random, 1, 20)}, {Hundredths("momentum", random, 1, 100)}}}";
        if (random.OneIn(3)) yield return $"\"biases\": {{{string.Join(", ", new[] { "stem", "pointwise", "depthwise", "head" }.Select(name => Flag(name, random)))}}}";
        yield return Whole("classes", random.Pick(1, 2, 10, 17, 100, 130, 1000));
        if (random.OneIn(3)) yield return Hundredths("dropout", random, 0, 90);
        if (random.OneIn(3)) yield return Hundredths("stochasticDepth", random, 0, 90);
        if (random.OneIn(3)) yield return "\"preprocessing\": {\"interpolation\": \"bilinear\", \"mean\": [0.5, 0.4, 0.3], \"std\": [0.2, 0.3, 1]}";
        if (random.OneIn(4)) yield return "\"labels\": false";
    }

    private static string Head(Sequence random)
    {
        string rule = random.Pick("timesLastStage", "scaled", "fixed", "none");
        string channels = rule switch
        {
            "none" => "",
            "timesLastStage" => ", " + Whole("channels", random, 1, 5),
            _ => ", " + Whole("channels", random, 1, 300),
        };
        return $"\"head\": {{{Text("rule", rule)}{channels}}}";
    }

    private static string Text(string key, string value) => $"\"{key}\": \"{value}\"";

    private static string Flag(string key, Sequence random) => $"\"{key}\": {(random.OneIn(2) ? "true" : "false")}";

    private static string Whole(string key, int value) => $"\"{key}\": {value.ToString(CultureInfo.InvariantCulture)}";

    private static string Whole(string key, Sequence random, int low, int high) => Whole(key, random.Between(low, high));

    private static string Hundredths(string key, int value) => $"\"{key}\": {(value / 100m).ToString(CultureInfo.InvariantCulture)}";

    private static string Hundredths(string key, Sequence random, int low, int high) => Hundredths(key, random.Between(low, high));
}
