using System.Reflection;
using System.Runtime.Loader;
using EfficientNet.Compiler.Emission;
using EfficientNet.Compiler.Emission.Training;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;
using EfficientNet.Training;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace EfficientNet.Numerics.Tests.Training;

/// <summary>A program whose updates are the emitted ones, and whose step adds given gradients: a trainer's updates without a network.</summary>
/// <remarks>A linear layer of 20 outputs in panels of 32, then a BatchNorm; the lanes between have gradients here, which no network gives them.</remarks>
internal sealed unsafe class GivenGradients : TrainingProgram
{
    private const int Inputs = 400;
    private const int Panel = 2 * MapLayout.Lanes;
    private const int NormAt = Panel + Inputs * Panel;

    /// <summary>All parameters, padding included: more than three chunks of the gradients' norm.</summary>
    public const int Floats = NormAt + 2 * MapLayout.Lanes;

    private static readonly Dictionary<InstructionSet, Lazy<Type>> Emitted = InstructionSets.Available.ToDictionary(set => set, set => new Lazy<Type>(() => Emit(set)));

    private readonly Pass _update;
    private readonly Pass _norm;
    private readonly Pass _average;

    public GivenGradients(InstructionSet set)
        : base(Describe())
    {
        Type type = Emitted[set].Value;
        _update = Find("Update");
        _norm = Find("Norm");
        _average = Find("Average");
        Pass Find(string name) => type.GetMethod(name, BindingFlags.Public | BindingFlags.Static)!.CreateDelegate<Pass>();
    }

    private delegate void Pass(in UpdateFrame frame);

    /// <summary>What a step adds to the gradients.</summary>
    public float[] Gradients { get; set; } = Values.Make("gradients", Data.Reals, [Floats], 0, 0, 2).ToFloats();

    /// <summary>A trainer of it, with parameters other than zero.</summary>
    public static Trainer Start(GivenGradients program, InstructionSet set, int threads)
    {
        var trainer = new Trainer(program, new TrainerOptions { Threads = threads, MaximumBatch = 1, InstructionSet = set });
        foreach (ParameterTensor tensor in trainer.Tensors)
            trainer.Set(tensor, Values.Make(tensor.Name, Data.Reals, [tensor.Count], 0, 0, 2).ToFloats());
        return trainer;
    }

    /// <summary>A step of an image that nobody looks at.</summary>
    public static void Step(Trainer trainer)
    {
        NetworkDescription network = trainer.Description.Network;
        trainer.Accumulate(new float[network.InputChannels * network.Resolution * network.Resolution], [0]);
    }

    protected override CompiledNetwork Load(Stream weights, string name, NetworkOptions? options) => throw new NotSupportedException();

    protected override void Step(in TrainingFrame frame)
    {
        if (frame.Worker != 0) return;
        for (int i = 0; i < Floats; i++) frame.Gradients[i] += Gradients[i];
    }

    protected override void Update(in UpdateFrame frame) => _update(in frame);

    protected override void Norm(in UpdateFrame frame) => _norm(in frame);

    protected override void Average(in UpdateFrame frame) => _average(in frame);

    private static TrainingDescription Describe() => new()
    {
        Network = GeneratedAssembly.Of(RandomSpecs.Of(1)).Description,
        InstructionSets = InstructionSets.Available,
        Parts = ["all"],
        PartsAt = [0],
        Weights =
        [
            new ConvolutionWeights
            {
                Names = new ParameterNames("linear", "linear", "linear"), Outputs = 20, Inputs = Inputs, Kernel = 0, HasBias = true, Form = PackedForm.Panels,
                PanelBlocks = 2, BiasAt = 0, At = Panel,
            },
        ],
        BatchNorms = [new BatchNormPlace(new ParameterNames("norm", "norm", "norm"), MapLayout.Lanes, NormAt, NormAt + MapLayout.Lanes, 0)],
        Masks = [],
        ParameterFloats = Floats,
        StatisticsFloats = 2 * MapLayout.Lanes,
        MapFloats = 0,
        VectorFloats = 0,
        RecordFloats = 0,
        ScratchFloats = 0,
        MaskFloats = 0,
    };

    private static Type Emit(InstructionSet set)
    {
        VectorIsa isa = KernelIsas.Of(set);
        var writer = new SourceWriter();
        writer.Line("#nullable disable");
        foreach (string space in new[] { "System", "System.Runtime.CompilerServices", "System.Runtime.Intrinsics", "System.Runtime.Intrinsics.X86", "EfficientNet.Runtime" }) writer.Line($"using {space};");
        writer.Line($"using V = System.Runtime.Intrinsics.{isa.Vector};");
        using (writer.Block("internal static unsafe class Updates"))
        {
            var kernels = new KernelContext(writer, isa);
            kernels.WriteOptions();
            OptimizerText.Write(kernels);
        }

        string runtime = typeof(TrainingProgram).Assembly.Location;
        CSharpCompilation compilation = InMemoryCompilation.Create($"Updates.{set}", [("Updates.g.cs", writer.ToString())], LanguageVersion.CSharp10, implicitUsings: false,
            MetadataReference.CreateFromFile(runtime));
        using var image = new MemoryStream();
        compilation.Emit(image).Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning).Select(diagnostic => diagnostic.ToString()).ShouldBeEmpty();
        image.Position = 0;
        var context = new AssemblyLoadContext($"Updates.{set}", isCollectible: false);
        context.Resolving += (_, name) => name.Name == typeof(TrainingProgram).Assembly.GetName().Name ? typeof(TrainingProgram).Assembly : null;
        return context.LoadFromStream(image).GetType("Updates", throwOnError: true)!;
    }
}
