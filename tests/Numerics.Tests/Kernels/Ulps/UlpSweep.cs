using EfficientNet.Compiler.Emission;
using EfficientNet.Compiler.Emission.Kernels;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Ulps;

/// <summary>e^x, sigmoid, SiLU and the softmax of (x, 0) as they are emitted, over every nth float, on every instruction set at once.</summary>
internal static class UlpSweep
{
    /// <summary>AVX-512's other form of SiLU; elsewhere there is one.</summary>
    public const string SiluByDivision = "SiLU by division";

    private const int Floats = 1 << 15;

    private static readonly Lazy<KernelLibrary> Library = new(() => new KernelLibrary("Ulps",
    [
        KeyValuePair.Create("exp", ElementaryKernels.Over("Exp", Floats)),
        KeyValuePair.Create("sigmoid", ElementaryKernels.Over("Sigmoid", Floats)),
        KeyValuePair.Create("SiLU", ElementaryKernels.Silu(Floats)),
        KeyValuePair.Create(SiluByDivision, ElementaryKernels.Silu(Floats, SiluForm.ByDivision)),
        KeyValuePair.Create("softmax", OfTwo()),
    ]));

    /// <summary>The table's rows, nothing measured yet.</summary>
    public static IReadOnlyList<UlpRow> Rows { get; } = [.. KernelIsas.Sets.SelectMany(RowsOf)];

    /// <summary>Measures all rows.</summary>
    /// <param name="step">Every so manyth bit pattern is an argument: 1 for all floats.</param>
    public static IReadOnlyList<UlpRow> Run(uint step)
    {
        _ = Library.Value;
        List<UlpRow> rows = Rows.Select(row => row.Empty()).ToList();
        long batches = ((1L << 32) / step + Floats) / Floats;
        // A sweep over all floats takes long: the pool would add threads for as long as it lasts.
        var processors = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(0, batches, processors, () => rows.Select(row => row.Empty()).ToArray(), (batch, _, own) =>
        {
            Measure(batch * Floats * step, step, own);
            return own;
        }, own =>
        {
            lock (rows)
            {
                for (int i = 0; i < own.Length; i++) rows[i].Take(own[i]);
            }
        });
        return rows;
    }

    private static IEnumerable<UlpRow> RowsOf(InstructionSet set)
    {
        yield return new("exp", set, "−8 ≤ x ≤ 8", x => Math.Abs(x) <= 8, "6e-7 of the result");
        yield return new("exp", set, "to −44 and 44", x => Math.Abs(x) is > 8 and <= 44, "2.1e-6 of the result");
        yield return new("exp", set, "to −87 and 88", x => Math.Abs(x) > 44 && x is >= -87 and <= 88, "4e-6 of the result");
        yield return new("sigmoid", set, "x ≥ 0", x => x >= 0, "exp's · (1 − σ) + 2.01 ε");
        yield return new("sigmoid", set, "−40 ≤ x < 0", x => x is >= -40 and < 0, "exp's · (1 − σ) + 2.01 ε");
        yield return new("SiLU", set, "x ≥ 0", x => x >= 0, FormattableString.Invariant($"{Bounds.SiluUlps(set):F1} ULP"));
        if (set == InstructionSet.Avx512)
        {
            yield return new("SiLU", set, "−8 ≤ x < 0", x => x is >= -8 and < 0, "7.1e-7, absolute");
            yield return new("SiLU", set, "−17 ≤ x < −8", x => x is >= -17 and < -8, "7.1e-7, absolute");
            yield return new("SiLU", set, "x < −17", x => x < -17, "7.1e-7, absolute");
            yield return new(SiluByDivision, set, "x ≥ 0", x => x >= 0, FormattableString.Invariant($"{Bounds.SiluUlps(set, SiluForm.ByDivision):F1} ULP"));
        }

        string function = set == InstructionSet.Avx512 ? SiluByDivision : "SiLU", byIntervals = set == InstructionSet.Portable ? "" : "by intervals ";
        double cut = Bounds.SiluCut(set);
        yield return new(function, set, "−8 ≤ x < 0", x => x is >= -8 and < 0, $"exp's {byIntervals}+ 2.01 ε");
        yield return new(function, set, FormattableString.Invariant($"−{cut} ≤ x < −8"), x => x >= -cut && x < -8, $"exp's {byIntervals}+ 2.01 ε");
        yield return new("softmax of (x, 0), first", set, "−8 ≤ x ≤ 0", x => x is >= -8 and <= 0, "exp's, twice weighted, + 2 ε");
        yield return new("softmax of (x, 0), first", set, "−87 ≤ x < −8", x => x is >= -87 and < -8, "exp's, twice weighted, + 2 ε");
        yield return new("softmax of (x, 0), second", set, "x ≤ 0", x => x <= 0, "exp's, twice weighted, + 2 ε");
    }

    private static void Measure(long first, uint step, UlpRow[] rows)
    {
        var x = new float[Floats];
        for (int i = 0; i < Floats; i++) x[i] = BitConverter.UInt32BitsToSingle((uint)Math.Min(first + i * (long)step, uint.MaxValue));
        // NaNs and what is past the last float have no exact value: nothing takes them.
        if (x.All(float.IsNaN)) return;
        var exact = new ExactValues(x);
        // Rows are intervals, and so is a batch whose ends are of one sign: nearly all are in a row as a whole.
        bool isInterval = x[0] < 0 == x[^1] < 0;
        foreach (IGrouping<(InstructionSet Set, string Function), UlpRow> kernel in rows.GroupBy(row => (row.Set, Function: row.Function.Split(" of ")[0])))
        {
            UlpRow[] taking = kernel.Where(row => row.Contains(x[0]) || row.Contains(x[^1]) || Array.Exists(x, value => row.Contains(value))).ToArray();
            if (taking.Length == 0) continue;
            float[] found = Call(Library.Value[kernel.Key.Set, kernel.Key.Function], x);
            foreach (UlpRow row in taking) row.Take(x, found, exact, isInterval && row.Contains(x[0]) && row.Contains(x[^1]));
        }
    }

    private static float[] Call(KernelFunction kernel, float[] x)
    {
        using var run = new KernelRun(kernel, Guard.After);
        if (kernel.Parameters.Contains("y"))
        {
            run.InOut("y", x).Call();
            return run["y"];
        }

        run.Input("x", x).Output("pairs", 2 * x.Length).Call();
        return run["pairs"];
    }

    /// <summary>The softmax of two classes, one of whose logits is 0, for each of many others.</summary>
    private static EmittedCode OfTwo() => new("SoftmaxAll", context =>
    {
        Functions.Write(context, classes: 2);
        using (context.Method("SoftmaxAll", "float* x, float* pairs", $"Softmax of (x, 0) for {Floats} floats."))
        {
            context.Writer.Line("float* logits = stackalloc float[2];");
            context.Writer.Line("logits[1] = 0;");
            using (context.Writer.Block($"for (nint i = 0; i < {Floats}; i++)"))
            {
                context.Writer.Line("logits[0] = x[i];");
                context.Writer.Line("Softmax(logits, pairs + 2 * i);");
            }
        }
    });
}
