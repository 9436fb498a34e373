using System.Text;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Parsing;

/// <summary>
/// A spec as JSON with every default written out: what a weight file carries, so that the network can be made again from it alone. Namespace and
/// labels are left out: the one belongs to a project, the others have a place of their own.
/// </summary>
internal static class SpecText
{
    /// <summary>One line of JSON, which <see cref="SpecParser"/> reads as the same network.</summary>
    public static string Of(ArchitectureSpec spec)
    {
        bool custom = spec.Family == Families.Custom;
        var json = new StringBuilder();
        json.Append($"{{\"name\": \"{spec.Name}\"");
        if (!custom) Add("family", Word(spec.Family));
        Add("convention", Word(spec.Convention));
        Add("width", Numbers.Exact(spec.Scaling.Width));
        Add("depth", Numbers.Exact(spec.Scaling.Depth));
        Add("resolution", Numbers.Show(spec.Scaling.Resolution));
        if (custom) Add("stages", $"[{string.Join(", ", spec.Stages.Select(Stage))}]");
        Add("stem", $"{{\"channels\": {Numbers.Show(spec.Stem.Channels)}, \"scaled\": {Flag(spec.Stem.Scaled)}}}");
        Add("head", Head(spec.Head));
        Add("rounding", $"{{\"divisor\": {Numbers.Show(spec.Rounding.Divisor)}, \"keepNinetyPercent\": {Flag(spec.Rounding.KeepNinetyPercent)}}}");
        Add("activation", Word(SpecFormat.Activation.NameOf(spec.Activation)));
        Add("padding", Word(SpecFormat.Padding.NameOf(spec.Padding)));
        Add("batchNorm", spec.BatchNorm is { } norm ? $"{{\"epsilon\": {Numbers.Exact(norm.Epsilon)}, \"momentum\": {Numbers.Exact(norm.Momentum)}}}" : "false");
        Add("biases", $"{{\"stem\": {Flag(spec.Biases.Stem)}, \"pointwise\": {Flag(spec.Biases.Pointwise)}, \"depthwise\": {Flag(spec.Biases.Depthwise)}, \"head\": {Flag(spec.Biases.Head)}}}");
        Add("classes", Numbers.Show(spec.Classes));
        Add("dropout", Numbers.Exact(spec.Dropout));
        Add("stochasticDepth", Numbers.Exact(spec.StochasticDepth));
        Add("preprocessing", Preprocessing(spec.Preprocessing));
        if (spec.Training) Add("training", Flag(true));
        return json.Append('}').ToString();

        void Add(string key, string value) => json.Append($", \"{key}\": {value}");
    }

    private static string Stage(StageSpec stage) =>
        $"{{\"block\": {Word(SpecFormat.Block.NameOf(stage.Block))}, \"kernel\": {Numbers.Show(stage.Kernel)}, \"stride\": {Numbers.Show(stage.Stride)}, " +
        $"\"expansion\": {Numbers.Show(stage.Expansion)}, \"channels\": {Numbers.Show(stage.Channels)}, \"repeats\": {Numbers.Show(stage.Repeats)}, " +
        $"\"squeezeExcite\": {Numbers.Exact(stage.SqueezeExcite)}, \"depthScaled\": {Flag(stage.DepthScaled)}}}";

    private static string Head(HeadSpec head)
    {
        string rule = $"\"rule\": {Word(SpecFormat.HeadRule.NameOf(head.Rule))}";
        return head.Rule == HeadRule.None ? $"{{{rule}}}" : $"{{{rule}, \"channels\": {Numbers.Show(head.Channels)}}}";
    }

    private static string Preprocessing(PreprocessingSpec p) =>
        $"{{\"resize\": {Numbers.Show(p.Resize)}, \"crop\": {Numbers.Show(p.Crop)}, \"interpolation\": {Word(SpecFormat.Interpolation.NameOf(p.Interpolation))}, " +
        $"\"mean\": [{string.Join(", ", p.Mean.Select(Numbers.Exact))}], \"std\": [{string.Join(", ", p.Std.Select(Numbers.Exact))}]}}";

    private static string Flag(bool flag) => flag ? "true" : "false";

    private static string Word(string word) => $"\"{word}\"";
}
