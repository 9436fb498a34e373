using EfficientNet.Runtime;

namespace EfficientNet.Training;

/// <summary>Everything in a trainer that the next step depends on: values by tensor, and an optimizer's memory.</summary>
/// <param name="Tensors">Parameters and statistics, then memories and averages: part, a slash, the tensor's name.</param>
/// <param name="Optimizer">The rule that has a memory; null before the first update.</param>
/// <param name="OptimizerSteps">Updates that this memory has seen of each part of the network; none without a rule.</param>
internal sealed record TrainerState(IReadOnlyList<SafetensorsTensor> Tensors, OptimizerKind? Optimizer, IReadOnlyList<long> OptimizerSteps)
{
    /// <summary>Parameters and running statistics.</summary>
    public const string Values = "values";

    /// <summary>An optimizer's momentum or mean.</summary>
    public const string First = "first";

    /// <summary>An optimizer's mean square.</summary>
    public const string Second = "second";

    /// <summary>A moving average of parameters and statistics.</summary>
    public const string Average = "average";

    /// <summary>A tensor's name in a checkpoint.</summary>
    public static string NameOf(string part, ParameterTensor tensor) => $"{part}/{tensor.Name}";
}
