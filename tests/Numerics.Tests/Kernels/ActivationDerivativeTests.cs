using EfficientNet.Compiler.Emission;
using EfficientNet.Compiler.Emission.Kernels;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Reference.Gradients;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>Activations together with their derivatives, over −1000 … 1000 and at every corner.</summary>
public class ActivationDerivativeTests
{
    private const int Floats = 1 << 14;

    private static readonly Dictionary<string, ActivationKind> Kinds =
        new[] { ActivationKind.Silu, ActivationKind.HardSwish, ActivationKind.Relu, ActivationKind.Relu6 }.ToDictionary(kind => kind.ToString());

    /// <summary>AVX-512's other form of SiLU; elsewhere there is one.</summary>
    private const string ByDivision = "SiluByDivision";

    private static readonly Lazy<KernelLibrary> Library = new(() => new KernelLibrary("Derivatives",
        Kinds.Select(one => KeyValuePair.Create(one.Key, new EmittedCode(one.Key + "Both", context => Write(context, one.Value))))
            .Append(KeyValuePair.Create(ByDivision, new EmittedCode($"SiluBoth_{SiluForm.ByDivision}", context => context.InForm(SiluForm.ByDivision, () => Write(context, ActivationKind.Silu)))))));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Kinds.Keys.Append(ByDivision));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Value_and_derivative_are_within_their_errors(InstructionSet set, string title)
    {
        foreach (float[] x in Samples().Chunk(Floats))
        {
            using var run = new KernelRun(Library.Value[set, title], Guard.After);
            float[] batch = x.Concat(new float[Floats - x.Length]).ToArray();
            run.Input("x", batch).Output("y", Floats).Output("d", Floats).Call();
            (float[] y, float[] d) = (run["y"], run["d"]);
            for (int i = 0; i < Floats; i++)
            {
                (ActivationKind kind, SiluForm form) = title == ByDivision ? (ActivationKind.Silu, SiluForm.ByDivision) : (Kinds[title], SiluForm.ByTable);
                (double value, double slope, double valueError, double slopeError) = Expected(batch[i], kind, set, form);
                if (!(Math.Abs(y[i] - value) <= valueError)) Assert.Fail($"{set}, {title}({batch[i]:R}) is {y[i]:R}, exactly {value:R}: off by {Math.Abs(y[i] - value):E2}, allowed {valueError:E2}");
                if (!(Math.Abs(d[i] - slope) <= slopeError)) Assert.Fail($"{set}, {title}′({batch[i]:R}) is {d[i]:R}, exactly {slope:R}: off by {Math.Abs(d[i] - slope):E2}, allowed {slopeError:E2}");
            }
        }
    }

    /// <summary>
    /// SiLU with σ off by δ: x · σ is off by |x| · δ and one rounding; σ + x · σ · (1 − σ) by |1 + x · (1 − 2σ)| · δ, |x| · δ² and four roundings. δ is the
    /// exponential's error times σ · (1 − σ), and two roundings of σ.
    /// </summary>
    private static (double Value, double Slope, double ValueError, double SlopeError) Expected(double x, ActivationKind kind, InstructionSet set, SiluForm form)
    {
        var at = new Tensor([1], [x]);
        double value = Activation.Forward(at, kind).Data[0], slope = ActivationGradient.Of(at, new Tensor([1], [1]), kind).Data[0];
        switch (kind)
        {
            case ActivationKind.HardSwish:
                return (value, slope, 5 * Bounds.Epsilon * Math.Abs(value) + Bounds.Tiny, slope is 0 or 1 ? 0 : 4 * Bounds.Epsilon);
            case ActivationKind.Silu when Bounds.SiluIsByTable(set, form):
                return (value, slope, Bounds.SiluAbsolute(set) + 2 * Bounds.Epsilon * Math.Abs(value), 2e-6);
            case ActivationKind.Silu:
                // e^−x is cut off at 82 or 87: further out σ is what it is there.
                double cut = Bounds.SiluCut(set);
                double sigma = Sigmoid.Of(x), inside = Math.Min(Math.Abs(x), cut);
                double delta = sigma * ((1 - sigma) * Bounds.SiluExponential(set, inside) + 2.01 * Bounds.Epsilon) + (x < -cut ? 1.01 * Math.Exp(-cut) : 0);
                double slopeError = Math.Abs(1 + x * (1 - 2 * sigma)) * delta + Math.Abs(x) * delta * delta + 4 * Bounds.Epsilon * (sigma + Math.Abs(value) * (1 - sigma));
                return (value, slope, Math.Abs(x) * delta + 1.01 * Bounds.Epsilon * Math.Abs(value) + Bounds.Tiny, slopeError + Bounds.Tiny);
            default:
                return (value, slope, 0, 0);
        }
    }

    private static IEnumerable<float> Samples()
    {
        foreach (float corner in new[] { 0f, 1.2784646f, 3, 6, 17, 82, 87, 88, 1000, 1e-30f, 1e-3f })
        {
            foreach (float x in new[] { MathF.BitDecrement(corner), corner, MathF.BitIncrement(corner) })
            {
                yield return x;
                yield return -x;
            }
        }

        for (int i = -20 * 997; i <= 20 * 997; i++) yield return i / 997f;
        for (int i = -1000 * 7; i <= 1000 * 7; i++) yield return i / 7f;
    }

    private static void Write(KernelContext context, ActivationKind kind)
    {
        using (context.Method(kind + "Both", "float* x, float* y, float* d", $"{kind} and its derivative of {Floats} floats."))
        {
            ActivationText.ConstantsWithDerivative(context, kind);
            using (context.Writer.Block($"for (nint i = 0; i < {Floats}; i += {context.Isa.Floats})"))
            {
                context.Writer.Line("var v = V.Load(x + i);");
                ActivationText.ApplyWithDerivative(context, kind, "v", "derivative");
                context.Writer.Line("V.Store(v, y + i);");
                context.Writer.Line("V.Store(derivative, d + i);");
            }
        }
    }
}
