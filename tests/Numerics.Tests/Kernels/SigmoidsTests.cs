using EfficientNet.Compiler.Emission.Kernels;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>Multi-label probabilities of every awkward count and size of logits.</summary>
public class SigmoidsTests
{
    private static readonly int[] Counts = [1, 3, 4, 5, 8, 9, 15, 16, 17, 33, 1000, 1001];

    private static readonly Lazy<KernelLibrary> Library = new(() => new KernelLibrary("Sigmoids",
        Counts.Select(count => KeyValuePair.Create(Title(count), new EmittedCode("Sigmoids", context => Functions.Write(context, count))))));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Counts.Select(Title));

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_probability_is_within_its_bound(InstructionSet set, string title)
    {
        int count = int.Parse(title.Split(' ')[0]);
        foreach (float scale in new[] { 0f, 1e-3f, 8f, 60f, 1e30f })
        {
            float[] logits = Values.Make(title, Data.Reals, [1, count], 0, 0, scale).ToFloats();
            float[] found = Run(set, title, logits, Guard.After);
            Run(set, title, logits, Guard.Before).ShouldBeBitwise(found, title);
            for (int c = 0; c < count; c++)
            {
                (double value, double error) = Bounds.Gate(logits[c], 0);
                Math.Abs(found[c] - value).ShouldBeWithin(error, $"{set}, {title}, scale {scale}: class {c}");
            }
        }
    }

    /// <summary>Beside the last ones, for which no vector is whole.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void What_is_no_number_stays_so_and_infinities_are_certain(InstructionSet set, string title)
    {
        int count = int.Parse(title.Split(' ')[0]);
        float[] special = [float.NaN, float.PositiveInfinity, float.NegativeInfinity];
        float[] logits = [.. Enumerable.Range(0, count).Select(c => special[(count - c) % 3])];
        float[] found = Run(set, title, logits, Guard.After);
        for (int c = 0; c < count; c++)
        {
            if (float.IsNaN(logits[c])) found[c].ShouldBe(float.NaN);
            else ((double)found[c]).ShouldBe(logits[c] > 0 ? 1 : 0, 1e-17);
        }
    }

    private static float[] Run(InstructionSet set, string title, float[] logits, Guard guard)
    {
        using var run = new KernelRun(Library.Value[set, title], guard);
        run.Input("logits", logits).Output("probabilities", logits.Length).Call();
        return run["probabilities"];
    }

    private static string Title(int count) => $"{count} classes";
}
