using EfficientNet.Compiler.Model;

namespace EfficientNet.Numerics.Tests.Reference.Gradients;

/// <summary>The adjoints of <see cref="Activation"/> and <see cref="Sigmoid"/>: dx = dy · f'(x).</summary>
internal static class ActivationGradient
{
    public static Tensor Of(Tensor x, Tensor dy, ActivationKind kind) => kind switch
    {
        ActivationKind.None => dy,
        ActivationKind.Silu => Times(dy, x, Silu),
        ActivationKind.Relu6 => Times(dy, x, Relu6),
        ActivationKind.Relu => Times(dy, x, Relu),
        ActivationKind.HardSwish => Times(dy, x, HardSwish),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <param name="x">What the sigmoid read.</param>
    /// <param name="dy">Gradient of what it made.</param>
    public static Tensor OfSigmoid(Tensor x, Tensor dy) => Times(dy, x, SigmoidSlope);

    /// <summary>σ · (1 + x · (1 − σ)).</summary>
    public static double Silu(double x) => Sigmoid.Of(x) * (1 + x * Sigmoid.Of(-x));

    /// <summary>0 at both corners.</summary>
    public static double Relu6(double x) => x is > 0 and < 6 ? 1 : 0;

    /// <summary>0 at the corner.</summary>
    public static double Relu(double x) => x > 0 ? 1 : 0;

    /// <summary>x / 3 + 1/2 between −3 and 3; 0 at −3, 1 at 3, as on the far side of either.</summary>
    public static double HardSwish(double x) => x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5;

    /// <summary>σ · (1 − σ).</summary>
    public static double SigmoidSlope(double x) => Sigmoid.Of(x) * Sigmoid.Of(-x);

    private static Tensor Times(Tensor dy, Tensor x, Func<double, double> slope)
    {
        dy.Data.Length.ShouldBe(x.Data.Length);
        Tensor dx = Tensor.Like(x);
        for (int i = 0; i < dx.Data.Length; i++) dx.Data[i] = dy.Data[i] * slope(x.Data[i]);
        return dx;
    }
}
