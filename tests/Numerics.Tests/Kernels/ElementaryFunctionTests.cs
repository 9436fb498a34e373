using EfficientNet.Compiler.Emission;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;
using Xunit.Abstractions;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>
/// e^x, sigmoid and SiLU as they are emitted, over all floats: every 4099th bit pattern (EFFICIENTNET_SWEEP=n takes every nth, 1
/// all of them, which takes long), a finer sample where activations live, and both sides of every value where a formula changes.
/// </summary>
public class ElementaryFunctionTests(ITestOutputHelper output)
{
    private const int Floats = 1 << 14;

    private static readonly Lazy<KernelLibrary> Library = new(() => new KernelLibrary("Elementary",
    [
        KeyValuePair.Create($"Silu{SiluForm.ByTable}", ElementaryKernels.Silu(Floats)),
        KeyValuePair.Create($"Silu{SiluForm.ByDivision}", ElementaryKernels.Silu(Floats, SiluForm.ByDivision)),
        KeyValuePair.Create("Exp", ElementaryKernels.Over("Exp", Floats)),
        KeyValuePair.Create("Sigmoid", ElementaryKernels.Over("Sigmoid", Floats)),
    ]));

    public static TheoryData<InstructionSet> Sets => [.. InstructionSets.Available];

    /// <summary>With the name of each form of SiluForm; elsewhere than on AVX-512 both are one.</summary>
    public static TheoryData<InstructionSet, string> SiluForms => KernelIsas.Cross(Enum.GetNames<SiluForm>());

    [Theory]
    [MemberData(nameof(Sets))]
    public void Exp_is_within_its_stated_error(InstructionSet set)
    {
        double worst = 0;
        Sweep(set, "Exp", (x, y) =>
        {
            if (float.IsNaN(x)) return; // the limit, or NaN where the processor's minimum keeps it
            double clamped = Math.Clamp(x, -87.0, 88.0), exact = Math.Exp(clamped);
            double error = Math.Abs(y - exact) / exact;
            worst = Math.Max(worst, error);
            if (!(error < Bounds.Exp(clamped))) Fail(set, x, y, exact);
        });
        output.WriteLine($"{set}: relative error {worst:E3}");
    }

    /// <summary>
    /// 1 / (1 + e): e's relative error counts by the share e has in the sum; sum and quotient are rounded. Below −40 the value is
    /// that of −40.
    /// </summary>
    [Theory]
    [MemberData(nameof(Sets))]
    public void Sigmoid_is_as_exact_as_its_exponential(InstructionSet set)
    {
        double worst = 0;
        Sweep(set, "Sigmoid", (x, y) =>
        {
            if (float.IsNaN(x)) return; // as for e^x
            double exact = Sigmoid.Of(Math.Max(x, -40));
            double error = Math.Abs(y - exact) / exact;
            worst = Math.Max(worst, error);
            if (!(error <= Bounds.SigmoidRelative(Math.Max(x, -40.0), exact))) Fail(set, x, y, exact);
        });
        output.WriteLine($"{set}: relative error {worst:E3}");
    }

    [Theory]
    [MemberData(nameof(SiluForms))]
    public void Silu_is_within_its_stated_error(InstructionSet set, string name)
    {
        SiluForm form = Enum.Parse<SiluForm>(name);
        bool byTable = Bounds.SiluIsByTable(set, form);
        double worstSteps = 0, worstRelative = 0, worstAbsolute = 0;
        Sweep(set, $"Silu{form}", (x, y) =>
        {
            if (float.IsNaN(x) || x == float.PositiveInfinity)
            {
                if (!y.Equals(x)) Fail(set, x, y, x);
                return;
            }

            double exact = float.IsNegativeInfinity(x) ? 0 : Activation.Silu(x);
            double error = Math.Abs(y - exact);
            if (x >= 0)
            {
                worstSteps = Math.Max(worstSteps, error / Bounds.Ulp(exact));
                if (!(error <= Bounds.SiluUlps(set, form) * Bounds.Ulp(exact))) Fail(set, x, y, exact);
            }
            else if (byTable || x >= -Bounds.SiluCut(set))
            {
                worstAbsolute = Math.Max(worstAbsolute, error);
                if (!(error < Bounds.SiluAbsolute(set, form))) Fail(set, x, y, exact);
                if (byTable) return;
                // Results that are denormal are off by a denormal's rounding.
                worstRelative = Math.Max(worstRelative, (error - Math.ScaleB(1, -149)) / -exact);
                if (!(error <= Bounds.SiluRelative(set, x) * -exact + Math.ScaleB(1, -149))) Fail(set, x, y, exact);
            }
            else if (!(error <= -(double)x * Math.Exp(-Bounds.SiluCut(set)) * 1.00001))
            {
                Fail(set, x, y, exact);
            }
        });
        output.WriteLine($"{set}: {worstSteps:F3} ULP for x ≥ 0; for x < 0 {worstAbsolute:E3}{(byTable ? "" : $", relative {worstRelative:E3}")}");
    }

    [Theory]
    [MemberData(nameof(SiluForms))]
    public void Silu_keeps_zeros_signs_and_what_is_no_number(InstructionSet set, string form)
    {
        float[] x = new float[Floats];
        x[0] = -0f;
        x[1] = float.NaN;
        x[2] = float.PositiveInfinity;
        float[] y = Run(Library.Value[set, $"Silu{form}"], x);
        y[..4].ShouldBeBitwise([-0f, y[1], float.PositiveInfinity, 0f], $"{set}");
        y[1].ShouldBe(float.NaN);
    }

    private static void Sweep(InstructionSet set, string function, Action<float, float> check)
    {
        KernelFunction kernel = Library.Value[set, function];
        var batch = new float[Floats];
        int count = 0;
        void Flush()
        {
            float[] y = Run(kernel, batch);
            for (int i = 0; i < count; i++) check(batch[i], y[i]);
            count = 0;
        }

        foreach (float x in Specials().Concat(Dense()))
        {
            batch[count++] = x;
            if (count == Floats) Flush();
        }

        Flush();
    }

    private static float[] Run(KernelFunction kernel, float[] x)
    {
        using var run = new KernelRun(kernel, Guard.After);
        run.InOut("y", x).Call();
        return run["y"];
    }

    private static IEnumerable<float> Dense()
    {
        for (ulong bits = 0; bits <= uint.MaxValue; bits += ElementaryKernels.Step) yield return BitConverter.UInt32BitsToSingle((uint)bits);
        if (ElementaryKernels.Step == 1) yield break;
        // Where activations live, a finer sample: −20 … 20 at 2⁻¹³ and a little more.
        for (int i = -20 * 7919; i <= 20 * 7919; i++) yield return i / 7919f;
    }

    /// <summary>±0, denormals, infinities, NaNs, huge values, and both neighbours of every value where a formula changes.</summary>
    private static IEnumerable<float> Specials()
    {
        float[] around = [0, 1, 8, 16.99f, 17, 20, 40, 82, 87, 87.33f, 88, 88.72f, 103.97f, 1e-38f, 1.1754944e-38f, 1e-45f, 1e30f, float.MaxValue];
        foreach (float value in around)
        {
            foreach (float x in new[] { MathF.BitDecrement(value), value, MathF.BitIncrement(value) })
            {
                yield return x;
                yield return -x;
            }
        }

        yield return float.NaN;
        yield return -float.NaN;
    }

    private static void Fail(InstructionSet set, float x, float y, double exact) =>
        Assert.Fail($"{set}: f({x:R}, 0x{BitConverter.SingleToUInt32Bits(x):x8}) is {y:R}, exactly {exact:R}: off by {Math.Abs(y - exact):E3}, {Math.Abs(y - exact) / Bounds.Ulp(exact):F3} ULP");
}
