using System.Reflection;
using System.Runtime.InteropServices;
using EfficientNet.Cli.Benchmarking;
using EfficientNet.Compiler;
using EfficientNet.Compiler.Emission;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Compiler.Planning;
using EfficientNet.Runtime;

namespace EfficientNet.Benchmarks.Kernels;

/// <summary>A network as the generator writes it, compiled in memory with every step as a method of its own, and the memory that they work on.</summary>
internal sealed unsafe class GeneratedSteps
{
    private const string Spec = """{"name": "EfficientNetB0", "width": 1.0, "depth": 1.0, "resolution": 224}""";
    private const int Alignment = 64;

    private static readonly Lazy<GeneratedSteps> Made = new(() => new GeneratedSteps(NetworkCompiler.Plan(SpecParser.Parse("EfficientNetB0", Spec, SpecDefaults.Standard).Spec!, CancellationToken.None)));

    private readonly Type _kernels;
    private readonly PackedWeights _weights;
    private readonly TeamBarrier _barrier = new(workers: 1);
    private readonly float* _arena, _scratch, _input, _output, _features;

    /// <summary>Compiles a planned network. Its memory lives as long as the program.</summary>
    public GeneratedSteps(CompiledPlan plan)
    {
        Plan = plan;
        InstructionSet = Hardware.Choose(null);
        string steps = Steps(plan, VectorIsa.All.Single(isa => isa.Name == InstructionSet.ToString()));
        Type network = GeneratedType.Of(plan, GeneratedType.FilesOf(plan).Append(("Steps.cs", steps)));
        Description = (NetworkDescription)network.GetProperty(nameof(Description))!.GetValue(null)!;
        _kernels = network.GetNestedType($"{InstructionSet}Kernels", BindingFlags.NonPublic)!;
        Alone = plan.Execution.Steps.Select(step => step is not GateStep { Gate.KeepsGates: false }).ToArray();

        using MemoryStream weights = RandomWeights.Write(Description);
        _weights = WeightLoader.Load(Description, weights, "random weights", null);
        _arena = Allocate(Description.ArenaFloats);
        _scratch = Allocate(Description.ScratchFloats);
        _output = Allocate(Description.Classes);
        _features = Allocate(Description.Features);
        float[] image = RandomWeights.Images(Description, 1);
        _input = Allocate(image.Length);
        image.CopyTo(new Span<float>(_input, image.Length));
    }

    public delegate void StepMethod(in ForwardFrame frame);

    /// <summary>B0.</summary>
    public static GeneratedSteps Instance => Made.Value;

    /// <summary>What was compiled.</summary>
    public CompiledPlan Plan { get; }

    /// <summary>The network as data.</summary>
    public NetworkDescription Description { get; }

    /// <summary>Whose kernels run: the machine's best, or what the environment names.</summary>
    public InstructionSet InstructionSet { get; }

    /// <summary>Whether a step can run again and again: one that multiplies gates into its map would let it vanish.</summary>
    public IReadOnlyList<bool> Alone { get; }

    /// <summary>A step's method, after all steps before it have run, so that it finds its inputs.</summary>
    public StepMethod Prepare(int index)
    {
        for (int i = 0; i < index; i++) Method(i)(Frame());
        return Method(index);
    }

    /// <summary>One worker, one image.</summary>
    public ForwardFrame Frame() => new(
        _input, _output, _features, _weights.Pointer, _arena, arenaStride: (nint)Description.ArenaFloats, imagesAtOnce: 1, _scratch, trace: null, clock: null, images: 1, worker: 0, workers: 1, _barrier, InstructionSet);

    private StepMethod Method(int index) => _kernels.GetMethod($"Step{index}")!.CreateDelegate<StepMethod>();

    private static string Steps(CompiledPlan plan, VectorIsa isa)
    {
        var writer = new SourceWriter();
        writer.Line("using EfficientNet.Runtime;");
        writer.Line($"namespace {plan.Spec.Namespace};");
        using (writer.Block($"public sealed unsafe partial class {plan.Spec.Name}"))
        using (writer.Block($"private static partial class {isa.Name}Kernels"))
        {
            for (int i = 0; i < plan.Execution.Steps.Count; i++) ForwardSchedule.WriteAlone(writer, plan, i, isa);
        }

        return writer.ToString();
    }

    private static float* Allocate(long floats)
    {
        nuint bytes = checked((nuint)floats * sizeof(float) + Alignment);
        void* memory = NativeMemory.AlignedAlloc(bytes, Alignment);
        NativeMemory.Clear(memory, bytes);
        return (float*)memory;
    }
}
