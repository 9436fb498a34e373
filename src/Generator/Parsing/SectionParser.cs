using EfficientNet.Compiler.Diagnostics;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Parsing;

/// <summary>Reads the small parts of a spec, each with the defaults of its family and convention.</summary>
internal static class SectionParser
{
    /// <summary>A name that the generated code will bear; nothing where it is absent or cannot be one.</summary>
    public static string? Name(ObjectReader root, string key, Func<string, string?> complaint, DiagnosticBag diagnostics)
    {
        if (root.Text(key) is not { } name) return null;
        if (complaint(name) is not { } reason) return name;
        diagnostics.Error(DiagnosticIds.InvalidName, root.Find(key)!, key, JsonNode.Shorten(name), reason);
        return null;
    }

    public static StemSpec Stem(ObjectReader root, FamilyPreset family)
    {
        ObjectReader? stem = root.Object("stem", SpecFormat.Stem);
        return stem is null
            ? family.Stem
            : new StemSpec(stem.Integer("channels", family.Stem.Channels), stem.Flag("scaled", family.Stem.Scaled));
    }

    public static HeadSpec Head(ObjectReader root, HeadSpec preset)
    {
        ObjectReader? head = root.Object("head", SpecFormat.Head);
        if (head is null) return preset;
        HeadRule rule = head.Choice("rule", preset.Rule);
        if (rule == HeadRule.None && head.Find("channels") is { } node)
        {
            head.Contradiction(node, "a network without a head convolution has no head channels: leave 'head.channels' out");
        }

        return new HeadSpec(rule, head.Integer("channels", Conventions.HeadChannels(rule)));
    }

    public static RoundingSpec Rounding(ObjectReader root, RoundingSpec preset)
    {
        ObjectReader? rounding = root.Object("rounding", SpecFormat.Rounding);
        return rounding is null
            ? preset
            : new RoundingSpec(rounding.Integer("divisor", preset.Divisor), rounding.Flag("keepNinetyPercent", preset.KeepNinetyPercent));
    }

    public static BatchNormSpec? BatchNorm(ObjectReader root, BatchNormSpec preset)
    {
        if (root.Find("batchNorm") is not { } node) return preset;
        if (node.Kind == JsonTokenKind.False) return null;
        ObjectReader? norm = root.Object("batchNorm", SpecFormat.BatchNorm);
        return norm is null ? preset : new BatchNormSpec(norm.Number("epsilon", preset.Epsilon), norm.Number("momentum", preset.Momentum));
    }

    /// <summary>A convolution without a BatchNorm behind it needs a bias; one with it has the BatchNorm's.</summary>
    public static BiasSpec Biases(ObjectReader root, bool byDefault)
    {
        ObjectReader? biases = root.Object("biases", SpecFormat.Biases);
        return new BiasSpec(Bias("stem"), Bias("pointwise"), Bias("depthwise"), Bias("head"));

        bool Bias(string key) => biases is null ? byDefault : biases.Flag(key, byDefault);
    }
}
