using EfficientNet.Compiler.Model;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Reference.Gradients;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Harness;

/// <summary>An exact number and how far float arithmetic may be from it: a formula written with these is its own error analysis.</summary>
/// <param name="Value">Exact.</param>
/// <param name="Error">Never negative. A product that is added is taken as rounded, although a fused one is not.</param>
internal readonly record struct Rounded(double Value, double Error)
{
    public static implicit operator Rounded(double exact) => new(exact, 0);

    public static Rounded operator +(Rounded a, Rounded b) => Round(a.Value + b.Value, a.Error + b.Error);

    public static Rounded operator -(Rounded a, Rounded b) => Round(a.Value - b.Value, a.Error + b.Error);

    public static Rounded operator *(Rounded a, Rounded b) =>
        Round(a.Value * b.Value, Math.Abs(a.Value) * b.Error + Math.Abs(b.Value) * a.Error + a.Error * b.Error);

    /// <summary>The divisor has to be further from zero than its error.</summary>
    public static Rounded operator /(Rounded a, Rounded b) =>
        Round(a.Value / b.Value, (a.Error + Math.Abs(a.Value / b.Value) * b.Error) / (Math.Abs(b.Value) - b.Error));

    /// <summary>√(v − e) is nowhere further below √v than e / √v, and never further than √e.</summary>
    public static Rounded Sqrt(Rounded a) =>
        Round(Math.Sqrt(a.Value), a.Value > a.Error ? a.Error / Math.Sqrt(a.Value) : Math.Sqrt(a.Error));

    /// <summary>A sum of terms in any order, in partial sums that are added.</summary>
    /// <param name="terms">The terms.</param>
    /// <param name="sums">Partial sums.</param>
    public static Rounded Sum(IReadOnlyCollection<Rounded> terms, int sums)
    {
        double roundings = (terms.Count + sums + 1) * Bounds.Epsilon;
        return new Rounded(terms.Sum(term => term.Value), terms.Sum(term => term.Error + roundings * (Math.Abs(term.Value) + term.Error)));
    }

    /// <summary>The activation and its derivative as one instruction set computes them together.</summary>
    public static (Rounded Value, Rounded Derivative) Activate(Rounded x, ActivationKind kind, InstructionSet set)
    {
        Bounded one = Bounds.Activate(new Bounded(new Tensor([1], [x.Value]), new Tensor([1], [x.Error])), kind, set);
        double slope = ActivationGradient.Of(new Tensor([1], [x.Value]), new Tensor([1], [1]), kind).Data[0];
        // |f″| is at most 1/2 for SiLU and 1/3 for hard-swish; clamps have corners instead, which the inputs keep away from.
        (double curvature, double own) = kind switch
        {
            ActivationKind.Silu => (0.5, set == InstructionSet.Avx512 ? 2e-6 : 8 * Bounds.Epsilon + Bounds.Exp(x.Value)),
            ActivationKind.HardSwish => (0.34, 4 * Bounds.Epsilon),
            _ => (0, 0),
        };
        // Together with the derivative SiLU is x · σ with both rounded, instead of one quotient.
        double value = one.Error.Data[0] + (kind == ActivationKind.Silu ? 4 * Bounds.Epsilon * Math.Abs(x.Value) : 0);
        return (new Rounded(one.Value.Data[0], value), new Rounded(slope, curvature * x.Error + own));
    }

    private static Rounded Round(double value, double error) => new(value, error + Bounds.Epsilon * (Math.Abs(value) + error));
}
