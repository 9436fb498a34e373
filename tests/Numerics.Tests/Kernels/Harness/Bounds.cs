using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Reference.Gradients;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Harness;

/// <summary>
/// The naive reference in double, and with it how far float32 may be from it (running error analysis; Higham, "Accuracy and
/// Stability of Numerical Algorithms", §3.3).
/// </summary>
/// <remarks>
/// A sum of n products and a bias, by fused multiply-adds in any order, rounds n times; each rounding is at most ε = 2⁻²⁴ of a
/// partial sum, and no partial sum exceeds M = |b| + Σ|w|·|x|, rounded upwards (1 + n·ε) at most. With inputs off by e the result
/// is hence off by Σ|w|·e + (n + 1)·ε·(|b| + Σ|w|·(|x| + e)); the one more ε stands for the terms of second order.
/// Where a processor multiplies and adds apart, as the portable path may, products round too: n + 2 instead of n + 1.
/// </remarks>
internal static class Bounds
{
    public const double Epsilon = Tolerance.Epsilon;

    /// <summary>Results below this are denormal or near it, and are not judged relative to themselves.</summary>
    public const double Tiny = 1e-36;

    /// <summary>The smallest float that is not denormal.</summary>
    public const double SmallestNormal = 1.1754943508222875e-38;

    /// <summary>Relative error of the emitted e^x (ExpText).</summary>
    /// <remarks>
    /// z = x·log2 e is rounded once: half a unit in the last place of z, times ln 2. The constant is 1.93e-8 too small: 1.34e-8·|x|.
    /// The polynomial and its roundings cost 1.9e-7. Hence 6e-7 for |x| ≤ 8, 2.1e-6 for |x| ≤ 44 (z below 64), and 4e-6 everywhere.
    /// </remarks>
    public static double Exp(double x) => Math.Abs(x) <= 8 ? 6e-7 : Math.Abs(x) <= 44 ? 2.1e-6 : 4e-6;

    /// <summary>Relative error of the emitted sigmoid (Functions): e's counts by the share it has in the sum 1 + e; sum and quotient are rounded.</summary>
    public static double SigmoidRelative(double x, double sigmoid) => (1 - sigmoid) * Exp(x) + 2.01 * Epsilon;

    /// <summary>What the exponential of one logit of a softmax is off by, where the logit is so far below the largest: its own error, and the rounded difference's.</summary>
    /// <remarks>Where the clamp cuts, the difference's own rounding no longer matters.</remarks>
    public static double SoftmaxTerm(double below) => Exp(Math.Min(88, below)) + Epsilon * Math.Min(88, below);

    /// <summary>Whether SiLU is made of polynomials, without a division: on AVX-512, in one of its two forms.</summary>
    public static bool SiluIsByTable(InstructionSet set, SiluForm form) => set == InstructionSet.Avx512 && form == SiluForm.ByTable;

    /// <summary>Error of the emitted SiLU for x ≥ 0, in units in the last place (SiluText).</summary>
    public static double SiluUlps(InstructionSet set, SiluForm form = SiluForm.ByTable) => SiluIsByTable(set, form) ? 2.3 : set == InstructionSet.Portable ? 3.0 : 3.3;

    /// <summary>Relative error of the exponential that SiLU by division has.</summary>
    /// <remarks>
    /// With AVX2, and on AVX-512 by division, the product with log2 e is never rounded: only the constant's 1.34e-8·|x| grows, beside 2.6e-7: cubic or square are off by 1.31e-7 and
    /// 1.26e-7, and the table's entry and the polynomial's last step are rounded.
    /// </remarks>
    public static double SiluExponential(InstructionSet set, double x) => set == InstructionSet.Portable ? Exp(x) : 2.6e-7 + 1.35e-8 * Math.Abs(x);

    /// <summary>Relative error of x / (1 + e^−x) for x &lt; 0, where it is the exponential's, and sum and quotient are rounded.</summary>
    public static double SiluRelative(InstructionSet set, double x) => SiluExponential(set, x) + 2.01 * Epsilon;

    /// <summary>Absolute error of the emitted SiLU for x &lt; 0.</summary>
    public static double SiluAbsolute(InstructionSet set, SiluForm form = SiluForm.ByTable) => SiluIsByTable(set, form) ? 7.1e-7 : 1e-7;

    /// <summary>Where e^−x is cut off in SiLU: further out the result is x · e^−cut and not smaller.</summary>
    public static double SiluCut(InstructionSet set) => set == InstructionSet.Portable ? 87 : 82;

    /// <summary>The distance of floats at a value's magnitude, denormals included.</summary>
    public static double Ulp(double value)
    {
        // The value's power of two, 23 less: a sweep over all floats asks for it billions of times.
        long exponent = BitConverter.DoubleToInt64Bits(value) & 0x7FF0_0000_0000_0000;
        return Math.Abs(value) < SmallestNormal ? 1.401298464324817e-45 : BitConverter.Int64BitsToDouble(exponent - (23L << 52));
    }

    public static Bounded Convolve(Bounded x, Tensor weight, Tensor bias, ConvolutionGeometry geometry, bool depthwise, int height, int width)
    {
        int terms = weight.Data.Length / weight.Shape[0];
        Tensor value = Convolution.Forward(x.Value, weight, bias, geometry, depthwise, height, width);
        double roundings = (terms + 2) * Epsilon;
        Tensor error = Convolution.Forward(Spread(x, roundings), weight.Map(Math.Abs), bias.Map(b => Math.Abs(b) * roundings), geometry, depthwise, height, width);
        return new Bounded(value, error, terms);
    }

    /// <summary>A 3×3 convolution of stride 1 by Winograd's tiles.</summary>
    public static Bounded ConvolveByTiles(Bounded x, Tensor weight, Tensor bias, ConvolutionGeometry geometry)
    {
        Tensor value = Convolution.Forward(x.Value, weight, bias, geometry, depthwise: false, x.Value.Height, x.Value.Width);
        double roundings = WinogradBound.Roundings(weight.Shape[1]) * Epsilon;
        return new Bounded(value, WinogradBound.Convolve(Spread(x, roundings), weight.Map(Math.Abs), bias.Map(b => Math.Abs(b) * roundings)));
    }

    /// <summary>What a sum of products has to be taken over, with the weights' magnitudes, to get its error: the inputs' errors, and the roundings of all of it.</summary>
    private static Tensor Spread(Bounded x, double roundings)
    {
        Tensor spread = Tensor.Like(x.Value);
        for (int i = 0; i < spread.Data.Length; i++)
        {
            double error = x.Error.Data[i];
            spread.Data[i] = error + (Math.Abs(x.Value.Data[i]) + error) * roundings;
        }

        return spread;
    }

    /// <summary>The activation as one instruction set computes it: the input's error times the steepest slope, and the function's own.</summary>
    public static Bounded Activate(Bounded x, ActivationKind kind, InstructionSet set)
    {
        double slope = kind switch { ActivationKind.Silu => 1.1, ActivationKind.HardSwish => 1.5, _ => 1 };
        Tensor value = Activation.Forward(x.Value, kind);
        Tensor error = Tensor.Like(value);
        for (int i = 0; i < error.Data.Length; i++)
        {
            error.Data[i] = slope * x.Error.Data[i] + Own(x.Value.Data[i], value.Data[i], x.Error.Data[i]);
        }

        return new Bounded(value, error);

        double Own(double input, double result, double inputError) => kind switch
        {
            // Either side of zero may be the one whose bound holds where the input is nearer to zero than its error.
            // On AVX-512 either form, by table or by division; the latter is the coarser one right of zero.
            ActivationKind.Silu when set == InstructionSet.Avx512 => 2 * SiluUlps(set, SiluForm.ByDivision) * Epsilon * Math.Abs(result) + (input < inputError ? SiluAbsolute(set) : Tiny),
            ActivationKind.Silu => Math.Max(2 * SiluUlps(set) * Epsilon, input < inputError ? SiluRelative(set, Math.Abs(input) + inputError) : 0)
                * (Math.Abs(result) + slope * inputError) + Tiny,
            // x + 3, two products and the constant 1/6 are rounded.
            ActivationKind.HardSwish => 5 * Epsilon * (Math.Abs(result) + slope * inputError) + Tiny,
            _ => 0,
        };
    }

    /// <summary>An activation and its derivative, computed together (ActivationText.ApplyWithDerivative).</summary>
    /// <remarks>
    /// Here SiLU is a product with σ, or a difference with a rounded product: two roundings more than alone. Its derivative's own slope is at
    /// most ½; v + (1 − v)·SiLU with v for σ is off by |1 + x·(1 − v)| + |x|·v times σ's error, and by four roundings. Where the input
    /// is no further from a corner than its error, either side's derivative may be meant: a clamp's are 1 apart, hard-swish's ½.
    /// </remarks>
    public static (Bounded Value, Bounded Slope) ActivateWithSlope(Bounded x, ActivationKind kind, InstructionSet set)
    {
        Bounded value = Activate(x, kind, set);
        Tensor slope = ActivationGradient.Of(x.Value, x.Value.Map(_ => 1), kind);
        Tensor valueError = Tensor.Like(slope), slopeError = Tensor.Like(slope);
        for (int i = 0; i < slope.Data.Length; i++)
        {
            (double u, double error) = (x.Value.Data[i], x.Error.Data[i]);
            valueError.Data[i] = value.Error.Data[i] + (kind == ActivationKind.Silu ? 2 * Epsilon * (Math.Abs(value.Value.Data[i]) + value.Error.Data[i]) : 0);
            slopeError.Data[i] = kind switch
            {
                ActivationKind.Silu => error / 2 + (set == InstructionSet.Avx512 ? Math.Max(2e-6, OwnOfSilu(u)) : OwnOfSilu(u)),
                ActivationKind.HardSwish => error / 3 + 4 * Epsilon + (IsNear(u, error, -3) || IsNear(u, error, 3) ? 0.5 : 0),
                ActivationKind.Relu6 => IsNear(u, error, 0) || IsNear(u, error, 6) ? 1 : 0,
                ActivationKind.Relu => IsNear(u, error, 0) ? 1 : 0,
                _ => 0,
            };
        }

        return (value with { Error = valueError }, new Bounded(slope, slopeError));

        bool IsNear(double u, double error, double corner) => error > 0 && Math.Abs(u - corner) <= error;

        double OwnOfSilu(double u)
        {
            (double sigma, double error) = Gate(u, 0);
            return error * (Math.Abs(1 + u * (1 - sigma)) + Math.Abs(u) * sigma) + 4 * Epsilon * (sigma + Math.Abs(u) * sigma);
        }
    }

    /// <summary>1 / (1 + e^−x): e's relative error counts by the share e^−x has in the sum; sum and quotient are rounded.</summary>
    public static (double Value, double Error) Gate(double x, double error)
    {
        double value = Sigmoid.Of(x);
        return (value, 0.25 * error + value * ((1 - value) * Exp(Math.Abs(x) + error) + 3 * Epsilon) + 1e-17);
    }

    /// <summary>Sums over a range of rows of each channel: [1, C, 1, 1].</summary>
    public static Bounded SumRows(Bounded map, int firstRow, int lastRow)
    {
        int channels = map.Value.Channels, width = map.Value.Width;
        var value = new Tensor(1, channels, 1, 1);
        var error = new Tensor(1, channels, 1, 1);
        double roundings = ((lastRow - firstRow) * width + 1) * Epsilon;
        for (int c = 0; c < channels; c++)
        {
            for (int row = firstRow; row < lastRow; row++)
            {
                ReadOnlySpan<double> values = map.Value.Row(0, c, row), errors = map.Error.Row(0, c, row);
                for (int i = 0; i < width; i++)
                {
                    value.Data[c] += values[i];
                    error.Data[c] += errors[i] + roundings * (Math.Abs(values[i]) + errors[i]);
                }
            }
        }

        return new Bounded(value, error);
    }

    public static Bounded Add(Bounded a, Bounded b)
    {
        Tensor value = Residual.Forward(a.Value, b.Value);
        Tensor error = Tensor.Like(value);
        for (int i = 0; i < error.Data.Length; i++)
        {
            double e = a.Error.Data[i] + b.Error.Data[i];
            error.Data[i] = e + Epsilon * (Math.Abs(value.Data[i]) + e);
        }

        return new Bounded(value, error);
    }

    /// <summary>a · b, element by element.</summary>
    public static Bounded Multiply(Bounded a, Bounded b)
    {
        Tensor value = Tensor.Like(a.Value), error = Tensor.Like(a.Value);
        for (int i = 0; i < value.Data.Length; i++)
        {
            (double x, double y, double dx, double dy) = (a.Value.Data[i], b.Value.Data[i], a.Error.Data[i], b.Error.Data[i]);
            value.Data[i] = x * y;
            error.Data[i] = Math.Abs(x) * dy + Math.Abs(y) * dx + dx * dy + Epsilon * (Math.Abs(x) + dx) * (Math.Abs(y) + dy) + Tiny;
        }

        return new Bounded(value, error);
    }

    /// <summary>Every channel times its gate: one rounding.</summary>
    public static Bounded Gated(Bounded x, Tensor gate)
    {
        Tensor value = Tensor.Like(x.Value), error = Tensor.Like(x.Value);
        for (int i = 0; i < value.Data.Length; i++)
        {
            double factor = gate.Data[i / x.Value.Positions];
            value.Data[i] = x.Value.Data[i] * factor;
            error.Data[i] = Math.Abs(factor) * (x.Error.Data[i] + Epsilon * (Math.Abs(x.Value.Data[i]) + x.Error.Data[i]));
        }

        return new Bounded(value, error);
    }

    /// <summary>The error of x · (1 / n), the reciprocal rounded too.</summary>
    public static Bounded Divide(Bounded x, int n) => new(
        x.Value.Map(value => value / n),
        new Tensor(x.Value.Shape, x.Error.Data.Zip(x.Value.Data, (e, v) => (e + 3 * Epsilon * (Math.Abs(v) + e)) / n).ToArray()));
}
