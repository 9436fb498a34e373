namespace EfficientNet.Numerics.Tests.Reference.Optimizers;

/// <summary>The Euclidean norm of all gradients together, before weight decay.</summary>
internal static class GradientNorm
{
    public static double Of(IEnumerable<Tensor> gradients) => Math.Sqrt(gradients.Sum(gradient => gradient.Data.Sum(value => value * value)));
}
