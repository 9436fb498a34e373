namespace EfficientNet.Numerics.Tests.Reference;

/// <summary>An exact tensor, and how far a float32 evaluation may be from it, value by value.</summary>
/// <param name="Value">In double, taken as exact.</param>
/// <param name="Error">Never negative, of the same shape.</param>
/// <param name="Terms">Products in the sum that made it: a BatchNorm folded into that sum rounds as often.</param>
internal sealed record Bounded(Tensor Value, Tensor Error, int Terms = 0)
{
    public static Bounded Exact(Tensor value) => new(value, Tensor.Like(value));
}
