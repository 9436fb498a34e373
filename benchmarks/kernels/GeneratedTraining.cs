using System.Diagnostics;
using System.Reflection;
using EfficientNet.Compiler;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Compiler.Planning.Training;
using EfficientNet.Runtime;

namespace EfficientNet.Benchmarks.Kernels;

/// <summary>
/// A training step as the generator writes it, and a clock that is read after every call of a kernel: the product has none, so its schedule's text is given one here.
/// </summary>
internal sealed class GeneratedTraining
{
    private const string B0 = """{"name": "EfficientNetB0", "width": 1.0, "depth": 1.0, "resolution": 224}""";
    private const string Clock = "KernelClock", Barrier = "frame.Barrier.Wait();", Run = "public static void Run(";

    private readonly long[] _times;
    private readonly Type _network;

    /// <summary>Plans, writes and compiles a network.</summary>
    /// <param name="file">Its spec; B0's where it is null.</param>
    /// <exception cref="ArgumentException">The spec is wrong.</exception>
    public GeneratedTraining(string? file = null)
    {
        ArchitectureSpec spec = SpecParser.Parse(file ?? "EfficientNetB0", file is null ? B0 : File.ReadAllText(file), SpecDefaults.Standard).Spec
            ?? throw new ArgumentException($"{file} is no valid spec.");
        Plan = NetworkCompiler.Plan(spec with { Training = true }, CancellationToken.None);
        Sections = Plan.Step!.Sections.SelectMany(section => section.Steps.Select(step => (section, step[^1]))).ToArray();
        string clock = $"namespace {Plan.Spec.Namespace}; internal static class {Clock} {{ public static readonly long[] Times = new long[{Sections.Count + 1}]; }}";
        IReadOnlyList<(string Path, string Text)> files = GeneratedType.FilesOf(Plan).ToArray();
        _network = GeneratedType.Of(Plan, files
            .Select(file => file.Path.EndsWith(".Training.Schedule.g.cs", StringComparison.Ordinal) ? (file.Path, WithClock(file.Text)) : file)
            .Append(("Clock.cs", clock))
            .Append(("Alone.cs", GradientsAlone.Text(Plan, files))));
        _times = (long[])_network.Assembly.GetType($"{Plan.Spec.Namespace}.{Clock}", throwOnError: true)!.GetField("Times")!.GetValue(null)!;
        Program = (TrainingProgram)_network.GetMethod("CreateTraining", BindingFlags.Public | BindingFlags.Static)!.Invoke(null, null)!;
    }

    /// <summary>The plan.</summary>
    public CompiledPlan Plan { get; }

    /// <summary>Every call of a kernel, in order, with the part of the network it belongs to. One that is joined with the next counts with that.</summary>
    public IReadOnlyList<(TrainingSection Section, KernelCall Call)> Sections { get; }

    /// <summary>What a trainer drives.</summary>
    public TrainingProgram Program { get; }

    /// <summary>The class of the best instruction set's training kernels.</summary>
    public Type Kernels => _network.GetNestedType($"{Hardware.Choose(null)}Kernels", BindingFlags.NonPublic)!.GetNestedType("Training", BindingFlags.Public | BindingFlags.NonPublic)!;

    /// <summary>Milliseconds of each call in one step; null where the step left it out.</summary>
    public double?[] Measure(Action step)
    {
        Array.Clear(_times);
        step();
        var milliseconds = new double?[Sections.Count];
        long before = _times[0];
        for (int i = 0; i < milliseconds.Length; i++)
        {
            if (_times[i + 1] == 0) continue;
            milliseconds[i] = Stopwatch.GetElapsedTime(before, _times[i + 1]).TotalMilliseconds;
            before = _times[i + 1];
        }

        return milliseconds;
    }

    /// <summary>Calls end at a barrier: there the first worker reads the clock.</summary>
    private string WithClock(string schedule)
    {
        string[] parts = schedule.Split(Barrier);
        if (parts.Length != Sections.Count + 1) throw new InvalidOperationException($"The schedule has {parts.Length - 1} barriers for {Sections.Count} calls.");
        string timed = parts[0] + string.Concat(parts.Skip(1).Select((part, i) => $"{Barrier} if (me == 0) {Read(i + 1)}{part}"));
        int body = timed.IndexOf('{', timed.IndexOf(Run, StringComparison.Ordinal)) + 1;
        return timed.Insert(body, $" if (frame.Worker == 0) {Read(0)}");
    }

    private static string Read(int at) => $"{Clock}.Times[{at}] = global::System.Diagnostics.Stopwatch.GetTimestamp();";
}
