using EfficientNet.Compiler.Model;

namespace EfficientNet.Numerics.Tests.Reference;

/// <summary>The elementwise functions between layers.</summary>
internal static class Activation
{
    public static Tensor Forward(Tensor x, ActivationKind kind) => kind switch
    {
        ActivationKind.None => x,
        ActivationKind.Silu => x.Map(Silu),
        ActivationKind.Relu6 => x.Map(Relu6),
        ActivationKind.Relu => x.Map(value => Math.Max(value, 0)),
        ActivationKind.HardSwish => x.Map(value => value * Relu6(value + 3) / 6),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    /// <summary>x · sigmoid(x).</summary>
    public static double Silu(double x) => x * Sigmoid.Of(x);

    public static double Relu6(double x) => Math.Min(Math.Max(x, 0), 6);
}
