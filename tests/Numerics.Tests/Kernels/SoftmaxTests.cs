using EfficientNet.Compiler.Emission.Kernels;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>Softmax of logits of every awkward count and size.</summary>
public class SoftmaxTests
{
    private static readonly int[] Counts = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 100, 1000, 1001];

    private static readonly Lazy<KernelLibrary> Library = new(() => new KernelLibrary("Softmax",
        Counts.Select(count => KeyValuePair.Create(Title(count), new EmittedCode("Softmax", context => Functions.Write(context, count))))));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Counts.Select(Title));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Probabilities_are_within_their_bound(InstructionSet set, string title)
    {
        int count = int.Parse(title.Split(' ')[0]);
        foreach (float scale in new[] { 0f, 1e-3f, 8f, 60f, 500f, 1e30f })
        {
            float[] logits = Values.Make(title, Data.Reals, [1, count], 0, 0, scale).ToFloats();
            foreach (float[] row in new[] { logits, With(logits, float.NegativeInfinity) })
            {
                float[] found = Run(set, title, row, Guard.After);
                Run(set, title, row, Guard.Before).ShouldBeBitwise(found, title);
                if (row.All(float.IsNegativeInfinity)) continue; // one class and that impossible: there is no distribution
                Check(row, found, $"{set}, {title}, scale {scale}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void One_logit_that_is_no_number_leaves_no_probability(InstructionSet set, string title)
    {
        int count = int.Parse(title.Split(' ')[0]);
        float[] logits = Values.Make(title, Data.Reals, [1, count], 0, 0, 8).ToFloats();
        foreach (int at in new[] { 0, count / 2, count - 1 })
        {
            float[] broken = logits.ToArray();
            broken[at] = float.NaN;
            Run(set, title, broken, Guard.After).ShouldAllBe(p => float.IsNaN(p));
        }
    }

    /// <summary>
    /// With d = largest − logit the exponential is off by its own error and by ε·d for the rounded difference; their sum by the
    /// same, weighted with probabilities; the quotient is rounded once. What lies 87 below the largest counts as e^−87.
    /// </summary>
    private static void Check(float[] logits, float[] found, string where)
    {
        Tensor x = Tensor.Of([1, logits.Length], logits);
        double largest = x.Data.Max();
        double[] p = Softmax.Forward(x).Data;
        double sum = p.Zip(x.Data, (probability, logit) => probability * Bounds.SoftmaxTerm(largest - logit)).Sum();
        found.Sum(value => (double)value).ShouldBe(1, 1e-6, where);
        for (int i = 0; i < p.Length; i++)
        {
            double allowed = p[i] * 1.01 * (Bounds.SoftmaxTerm(largest - x.Data[i]) + sum + 2 * Bounds.Epsilon) + logits.Length * 2e-38 + 2e-38;
            Math.Abs(found[i] - p[i]).ShouldBeWithin(allowed, $"{where}: class {i}");
        }
    }

    private static float[] Run(InstructionSet set, string title, float[] logits, Guard guard)
    {
        using var run = new KernelRun(Library.Value[set, title], guard);
        run.Input("logits", logits).Output("probabilities", logits.Length).Call();
        return run["probabilities"];
    }

    private static float[] With(float[] logits, float value)
    {
        float[] copy = logits.ToArray();
        copy[^1] = value;
        return copy;
    }

    private static string Title(int count) => $"{count} classes";
}
