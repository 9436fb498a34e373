using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Parsing;

/// <summary>One text for every way to write the same spec, and its hash.</summary>
/// <remarks>
/// Every member but the file's name is one line <c>key=value</c> in a fixed order. Doubles are written as their 64 bits, because the shortest
/// decimal text of a double differs between .NET Framework, on which Visual Studio runs generators, and .NET.
/// </remarks>
internal static class CanonicalSpec
{
    /// <summary>SHA-256 of <see cref="Text"/> in UTF-8, as 64 lower-case hexadecimal digits.</summary>
    public static string Hash(ArchitectureSpec spec)
    {
        using var sha = SHA256.Create();
        byte[] hash = sha.ComputeHash(Encoding.UTF8.GetBytes(Text(spec)));
        return string.Concat(hash.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));
    }

    /// <summary>The canonical text, lines ended by LF.</summary>
    public static string Text(ArchitectureSpec spec)
    {
        var text = new StringBuilder();
        Add("name", spec.Name);
        Add("namespace", spec.Namespace);
        Add("convention", spec.Convention);
        Add("family", spec.Family);
        Add("width", spec.Scaling.Width);
        Add("depth", spec.Scaling.Depth);
        Add("resolution", spec.Scaling.Resolution);
        Add("rounding.divisor", spec.Rounding.Divisor);
        Add("rounding.keepNinetyPercent", spec.Rounding.KeepNinetyPercent);
        Add("stem.channels", spec.Stem.Channels);
        Add("stem.scaled", spec.Stem.Scaled);
        for (int i = 0; i < spec.Stages.Count; i++) AddStage($"stages[{Numbers.Show(i)}]", spec.Stages[i]);
        Add("head.rule", spec.Head.Rule);
        Add("head.channels", spec.Head.Channels);
        Add("activation", spec.Activation);
        Add("padding", spec.Padding);
        Add("batchNorm.epsilon", spec.BatchNorm?.Epsilon);
        Add("batchNorm.momentum", spec.BatchNorm?.Momentum);
        Add("biases.stem", spec.Biases.Stem);
        Add("biases.pointwise", spec.Biases.Pointwise);
        Add("biases.depthwise", spec.Biases.Depthwise);
        Add("biases.head", spec.Biases.Head);
        Add("classes", spec.Classes);
        Add("dropout", spec.Dropout);
        Add("stochasticDepth", spec.StochasticDepth);
        Add("preprocessing.resize", spec.Preprocessing.Resize);
        Add("preprocessing.crop", spec.Preprocessing.Crop);
        Add("preprocessing.interpolation", spec.Preprocessing.Interpolation);
        AddAll("preprocessing.mean", spec.Preprocessing.Mean);
        AddAll("preprocessing.std", spec.Preprocessing.Std);
        Add("labels.set", spec.Labels?.Set);
        AddAll("labels.names", spec.Labels?.Names ?? default);
        Add("training", spec.Training);
        // Only where it is not the rule, so that hashes are what they were before there was a choice.
        if (spec.IsInternal) Add("accessibility", "internal");
        if (!spec.InstructionSets.Equals(ArchitectureSpec.EveryInstructionSet)) AddAll("instructionSets", spec.InstructionSets);
        if (!spec.TrainingInstructionSets.Equals(ArchitectureSpec.TrainingInstructionSetsByDefault)) AddAll("trainingInstructionSets", spec.TrainingInstructionSets);
        if (spec.EmbedsWeights) Add("embedsWeights", true);
        if (spec.Checked) Add("checked", true);
        return text.ToString();

        void Add(string key, object? value) => text.Append(key).Append('=').Append(Show(value)).Append('\n');

        void AddAll<T>(string key, EquatableArray<T> values)
            where T : IEquatable<T>
        {
            for (int i = 0; i < values.Count; i++) Add($"{key}[{Numbers.Show(i)}]", values[i]);
        }

        void AddStage(string key, StageSpec stage)
        {
            Add(key + ".block", stage.Block);
            Add(key + ".kernel", stage.Kernel);
            Add(key + ".stride", stage.Stride);
            Add(key + ".expansion", stage.Expansion);
            Add(key + ".channels", stage.Channels);
            Add(key + ".repeats", stage.Repeats);
            Add(key + ".depthScaled", stage.DepthScaled);
            Add(key + ".squeezeExcite", stage.SqueezeExcite);
        }
    }

    private static string Show(object? value) => value switch
    {
        null => "none",
        double number => "0x" + BitConverter.DoubleToInt64Bits(number).ToString("x16", CultureInfo.InvariantCulture),
        int number => Numbers.Show(number),
        bool flag => flag ? "true" : "false",
        // Quoted, so that a label with a line end cannot look like two lines.
        string word => "\"" + word.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\r", "\\r") + "\"",
        _ => value.ToString(),
    };
}
