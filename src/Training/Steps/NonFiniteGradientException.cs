namespace EfficientNet.Training;

/// <summary>An update was refused because a gradient is NaN or infinite. Parameters, statistics and the optimizer's memory are as they were.</summary>
public sealed class NonFiniteGradientException : ArithmeticException
{
    internal NonFiniteGradientException(ParameterTensor? tensor, double norm)
        : base(tensor is null
            ? FormattableString.Invariant($"The norm of all gradients is {norm}, too large for the update.")
            : $"The gradient of {tensor} is not finite.")
    {
        Tensor = tensor;
    }

    /// <summary>The first tensor with such a gradient; null where each is finite and only their norm is not.</summary>
    public ParameterTensor? Tensor { get; }
}
