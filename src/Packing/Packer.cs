using EfficientNet.Compiler.Emission;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Runtime;

namespace EfficientNet.Compiler.Packing;

/// <summary>Packs one weight file for one spec's network.</summary>
internal static class Packer
{
    /// <summary>Writes the packed weights and the name of their resource; nothing for a spec with errors, which the compiler will say.</summary>
    /// <param name="options">What is to be packed.</param>
    /// <param name="warning">Receives one-line warnings about the weight file, without its name.</param>
    /// <exception cref="WeightFileException">The weight file cannot be used.</exception>
    /// <exception cref="IOException">The packed weights cannot be written.</exception>
    public static void Run(PackingOptions options, Action<string> warning)
    {
        if (SpecParser.Parse(options.Spec, File.ReadAllText(options.Spec), options.Defaults).Spec is not { } spec || PlanOf(spec) is not { } plan) return;
        NetworkDescription network = PlannedDescription.Of(plan);
        string prefix = $"{options.Weights}: ";
        void Warn(string line) => warning(line.StartsWith(prefix, StringComparison.Ordinal) ? line[prefix.Length..] : line);
        using PackedWeights weights = WeightLoader.Load(network, options.Weights, new NetworkOptions { Warning = Warn });
        WholeFile.Write(options.Resource, file => file.Write(System.Text.Encoding.UTF8.GetBytes(NetworkSurface.WeightsResource(spec))));
        PackedWeightsFile.Write(options.Packed, network, weights);
    }

    private static CompiledPlan? PlanOf(ArchitectureSpec spec)
    {
        try
        {
            // A step of training has its own places, which no packed weights go to.
            return NetworkCompiler.Plan(spec with { Training = false }, CancellationToken.None);
        }
        catch (SpecException)
        {
            return null;
        }
    }
}
