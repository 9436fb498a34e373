using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Ulps;

/// <summary>What is to come of a batch of arguments, and how far off it may be: for all instruction sets the same, SiLU's bound excepted.</summary>
/// <remarks>All values of an argument come of one exponential in double, whose error is some 2⁻²⁹ of the smallest that is measured.</remarks>
internal sealed class ExactValues
{
    private readonly float[] _x;
    private readonly double[] _silu;
    private readonly Dictionary<string, (double[] Exact, double[] Allowed)> _functions = [];

    public ExactValues(float[] x)
    {
        _x = x;
        _silu = new double[x.Length];
        (double[] exp, double[] expAllowed) = New("exp");
        (double[] sigmoid, double[] sigmoidAllowed) = New("sigmoid");
        (double[] first, double[] firstAllowed) = New("softmax of (x, 0), first");
        (double[] second, double[] secondAllowed) = New("softmax of (x, 0), second");
        double none = Bounds.SoftmaxTerm(0);
        for (int i = 0; i < x.Length; i++)
        {
            double magnitude = Math.Abs((double)x[i]), e = Math.Exp(-magnitude), large = 1 / (1 + e), small = e * large;
            exp[i] = x[i] < 0 ? e : 1 / e;
            expAllowed[i] = Bounds.Exp(magnitude) * exp[i];
            sigmoid[i] = x[i] < 0 ? small : large;
            sigmoidAllowed[i] = Bounds.SigmoidRelative(x[i], sigmoid[i]) * sigmoid[i];
            _silu[i] = x[i] * sigmoid[i];
            // Of logits that are not above 0. The exponential of the one, of both in their sum, quotient and first rounding; what is below e^−87 counts as that.
            (first[i], second[i]) = (small, large);
            double term = Bounds.SoftmaxTerm(magnitude), sum = small * term + large * none + 2 * Bounds.Epsilon;
            firstAllowed[i] = small * 1.01 * (term + sum) + 6e-38;
            secondAllowed[i] = large * 1.01 * (none + sum) + 6e-38;
        }

        (double[] Exact, double[] Allowed) New(string function) => _functions[function] = (new double[x.Length], new double[x.Length]);
    }

    /// <summary>The values of a row's function, and what the row's kernels may be off by.</summary>
    public (double[] Exact, double[] Allowed) Of(UlpRow row) => row.Function switch
    {
        "SiLU" => (_silu, AllowedOfSilu(row.Set, SiluForm.ByTable)),
        UlpSweep.SiluByDivision => (_silu, AllowedOfSilu(row.Set, SiluForm.ByDivision)),
        _ => _functions[row.Function],
    };

    private double[] AllowedOfSilu(InstructionSet set, SiluForm form)
    {
        var allowed = new double[_x.Length];
        for (int i = 0; i < allowed.Length; i++)
        {
            allowed[i] = _x[i] >= 0 ? Bounds.SiluUlps(set, form) * Bounds.Ulp(_silu[i])
                : Bounds.SiluIsByTable(set, form) ? Bounds.SiluAbsolute(set, form) : Bounds.SiluRelative(set, _x[i]) * -_silu[i];
        }

        return allowed;
    }
}
