using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using EfficientNet.Cli.Measurement;
using EfficientNet.Compiler;
using EfficientNet.Compiler.Emission;
using EfficientNet.Compiler.Emission.Kernels;
using EfficientNet.Compiler.Planning;
using EfficientNet.Runtime;

namespace EfficientNet.Benchmarks.Kernels;

/// <summary>
/// The innermost kernels of the backward pass, each alone and with what it reads in the nearest caches. Within a step they stand between passes that
/// activate and normalise, and their maps come from afar: there the time of a call is more than theirs.
/// </summary>
internal static unsafe partial class GradientsAlone
{
    private const string Class = "Training", Method = "RunAlone";

    /// <summary>Floats from one argument to the next: no kernel's argument is longer, and they do not meet in the caches' sets.</summary>
    private const int Apart = (1 << 19) + 272;

    /// <summary>Positions up to which whole maps are measured: with their weights they are about as large as a second-level cache.</summary>
    private const int MostPositions = 28 * 28;

    private const int MostArguments = 16, Rounds = 15;
    private const double PeakMilliseconds = 10, RoundMilliseconds = 4;

    private delegate void RunAlone(int kernel, float* memory, int times);

    /// <summary>What a kernel computes, in the words of the report; <c>MultiplyAdds</c> of one call, zero borders included.</summary>
    internal sealed record Cost(string Work, string Map, long MultiplyAdds);

    /// <summary>A kernel's time: the fastest round of a call, and the FMA peak beside them.</summary>
    internal sealed record Timing(Cost Cost, double Nanoseconds, double PeakGigaflops)
    {
        public double Gigaflops => 2 * Cost.MultiplyAdds / Nanoseconds;
    }

    /// <summary>A method that calls the kernel of a number some times, to be compiled beside the kernels.</summary>
    public static string Text(CompiledPlan plan, IReadOnlyList<(string Path, string Text)> files)
    {
        VectorIsa isa = VectorIsa.All.Single(one => one.Name == Hardware.Choose(null).ToString());
        string kernels = string.Concat(files.Where(file => file.Path.Contains($".{isa.Name}.", StringComparison.Ordinal)).Select(file => file.Text));
        Kernel[] all = [.. Of(plan).Select(kernel => kernel.Kernel)];
        var plain = new SourceWriter();
        foreach (Kernel kernel in all.Where(kernel => !kernels.Contains($" {kernel.Name}(", StringComparison.Ordinal))) KernelSet.Write(new KernelContext(plain, isa), kernel);
        kernels += plain.ToString();
        IEnumerable<string> cases = all.Select((kernel, i) => $"case {i}: for (int n = 0; n < times; n++) {kernel.Name}({string.Join(", ", Arguments(kernel, isa, Parameters(kernels, kernel.Name)))}); break;");
        return $$"""
            using System.Runtime.CompilerServices;
            using System.Runtime.Intrinsics;
            using System.Runtime.Intrinsics.X86;
            using V = System.Runtime.Intrinsics.{{isa.Vector}};
            namespace {{plan.Spec.Namespace}};
            public sealed unsafe partial class {{plan.Spec.Name}}
            {
                private static partial class {{isa.Name}}Kernels
                {
                    public static partial class {{Class}}
                    {
                        {{plain}}
                        public static void {{Method}}(int kernel, float* memory, int times)
                        {
                            switch (kernel)
                            {
                                {{string.Join("\n", cases)}}
                            }
                        }
                    }
                }
            }
            """;
    }

    /// <summary>Measures every kernel.</summary>
    public static IReadOnlyList<Timing> Measure(GeneratedTraining generated)
    {
        var run = generated.Kernels.GetMethod(Method, BindingFlags.Public | BindingFlags.Static)!.CreateDelegate<RunAlone>();
        long floats = (long)MostArguments * Apart;
        float* memory = (float*)NativeMemory.AlignedAlloc((nuint)floats * sizeof(float), 1 << 21);
        for (long i = 0; i < floats; i++) memory[i] = (i % 31 - 15) / 16f;
        var timings = new List<Timing>();
        foreach ((_, Cost cost) in Of(generated.Plan))
        {
            int number = timings.Count, times = 1;
            Time(number, times); // compiles it
            for (; Time(number, times) < RoundMilliseconds * 1e6; times *= 2) { }
            double fastest = double.MaxValue, peak = 0;
            for (int round = 0; round < Rounds; round++)
            {
                peak = Math.Max(peak, FmaPeak.Measure(Hardware.Choose(null), threads: 1, PeakMilliseconds).GigaflopsPerSecond);
                fastest = Math.Min(fastest, Time(number, times) / times);
            }

            timings.Add(new Timing(cost, fastest, peak));
        }

        NativeMemory.AlignedFree(memory);
        return timings;

        double Time(int kernel, int times)
        {
            // What is added to stays small: a kernel's time shall not depend on what it has summed.
            new Span<float>(memory, (int)floats).Slice((MostArguments - 1) * Apart, Apart).Clear();
            long start = Stopwatch.GetTimestamp();
            run(kernel, memory, times);
            return Stopwatch.GetElapsedTime(start).TotalNanoseconds;
        }
    }

    /// <summary>The kernels whose arithmetic is a convolution's, in the order of the report; those of a depthwise input also as the convolution alone.</summary>
    private static IEnumerable<(Kernel Kernel, Cost Cost)> Of(CompiledPlan plan)
    {
        Kernel[] called = [.. KernelSet.Of(plan.Step!.Sections.Where(section => section.Backward).SelectMany(section => section.Calls).Select(call => call.Kernel))];
        IEnumerable<Kernel> plain = called.OfType<DepthwiseInputGradientKernel>().Where(kernel => kernel.Source.Normalised).Select(kernel => kernel with { Source = default });
        return
            from kernel in called.Concat(plain)
            let cost = CostOf(kernel)
            where cost is not null
            orderby cost.Work, kernel.Name
            select (kernel, cost);
    }

    private static Cost? CostOf(Kernel kernel)
    {
        const int lanes = MapLayout.Lanes;
        return kernel switch
        {
            PointwiseMapKernel { Positions: <= MostPositions } k => new("pointwise, gradient of the input", $"{k.Reduction} → {k.OutputBlocks * lanes} channels, {k.Positions} positions{(k.Residual ? ", with the shortcut's" : "")}", (long)k.Reduction * k.OutputBlocks * lanes * k.Positions),
            PointwiseGradientKernel k => new("pointwise, gradient of the weights", $"{k.Inputs} × {k.PanelBlocks * lanes} channels, {k.Positions} positions", (long)k.Inputs * k.PanelBlocks * lanes * k.Positions),
            DepthwiseWeightGradientKernel k => new($"depthwise {k.KernelSize}×{k.KernelSize}, stride {k.Stride}, gradient of the weights", $"{k.Rows}×{k.Columns} outputs", (long)k.KernelSize * k.KernelSize * k.Rows * k.Columns * lanes),
            DepthwiseInputGradientKernel k => new(
                $"depthwise {k.Geometry.Kernel}×{k.Geometry.Kernel}, stride {k.Geometry.Stride}, gradient of the input",
                $"{k.Rows}×{k.Columns} inputs of kernel row {k.FirstKernelRow}{(k.Source.Normalised ? ", with derivative and sums" : "")}", (long)Taps(k) * k.KernelRows * k.Rows * lanes),
            _ => null,
        };
    }

    /// <summary>Products of a row of inputs with one row of the kernel.</summary>
    private static int Taps(DepthwiseInputGradientKernel k) =>
        Enumerable.Range(0, k.Columns).Sum(column => Enumerable.Range(0, k.Geometry.Kernel).Count(tap => (column + k.Geometry.PadLeft - tap) % k.Geometry.Stride == 0));

    private static string[] Parameters(string text, string kernel)
    {
        Match match = Regex.Match(text, $@"void {Regex.Escape(kernel)}\((?<list>[^)]*)\)");
        return match.Success ? match.Groups["list"].Value.Split(", ").Select(one => one.Split(' ')[^1]).ToArray() : throw new InvalidOperationException($"{kernel} is in no file.");
    }

    /// <summary>Rows of a map follow each other; everything else has a place of its own, what is added to the last one.</summary>
    private static IEnumerable<string> Arguments(Kernel kernel, VectorIsa isa, string[] parameters)
    {
        (int x, int dy) = kernel switch
        {
            DepthwiseWeightGradientKernel k => (k.InputRow > 0 ? k.InputRow : ((k.Columns - 1) * k.Stride + k.KernelSize) * MapLayout.Lanes, 0),
            DepthwiseInputGradientKernel k => (0, k.GradientRow),
            _ => (0, 0),
        };
        int next = 0;
        foreach (string parameter in parameters)
        {
            Match row = Row().Match(parameter);
            if (row.Success) yield return $"memory + {(row.Groups["map"].Value == "x" ? x : dy) * int.Parse(row.Groups["row"].Value)}";
            else if (parameter == "first") yield return "0";
            else if (parameter == "last") yield return $"{PointwiseMap.Tasks((PointwiseMapKernel)kernel, isa)}";
            else yield return parameter is "dw" or "sums" ? $"memory + {(MostArguments - 1) * Apart}" : $"memory + {++next * Apart}";
        }
    }

    [GeneratedRegex("^(?<map>x|dy)(?<row>[0-9]+)$")]
    private static partial Regex Row();
}
