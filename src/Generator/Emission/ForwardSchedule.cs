using EfficientNet.Compiler.Emission.Kernels;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission;

/// <summary>Writes the network itself: a straight list of kernel calls with constant places, a barrier after each.</summary>
internal static class ForwardSchedule
{
    /// <summary>Steps of a method: more of them, with their places, would be more than the JIT still optimises well.</summary>
    private const int MostSteps = 224;

    public static void Write(SourceWriter writer, CompiledPlan compiled, VectorIsa isa)
    {
        IReadOnlyList<(int First, int End)> parts = Parts(Last(compiled));
        writer.Line("// Every worker runs this; each makes its share of a kernel's work and waits for the others.");
        writer.Line("// Offsets are floats: w packed weights, a the arena all workers share, s this worker's own scratch.");
        writer.Line("// h1 and h2 are its shares of what comes in two halves, own that of what all read and each half of the workers has a copy of.");
        using (writer.Block("public static void Forward(in ForwardFrame frame)"))
        {
            WriteNames(writer);
            using (WriteImages(writer, compiled))
            {
                if (compiled.Spec.Checked) writer.Line(ChecksText.Begin(ChecksText.Forward));
                if (parts.Count == 1)
                {
                    WriteSteps(parts[0]);
                }
                else
                {
                    foreach ((int first, _) in parts) writer.Line($"{Part(first)}(in frame, n, x);");
                }
            }

            Step(Last(compiled));
        }

        foreach ((int First, int End) part in parts.Where(_ => parts.Count > 1))
        {
            writer.Line();
            writer.Line($"// Steps {part.First} … {part.End - 1}.");
            using (writer.Block($"private static void {Part(part.First)}(in ForwardFrame frame, nint n, float* x)"))
            {
                WriteNames(writer);
                WriteSteps(part);
            }
        }

        writer.Line();
        writer.Line("// Copies a map out of the arena while a traced run waits.");
        using (writer.Block("private static void CopyMap(in ForwardFrame frame, float* map, long at, long floats)"))
        {
            writer.Line("if (frame.Worker == 0) Buffer.MemoryCopy(map, frame.Trace + at, floats * sizeof(float), floats * sizeof(float));");
            writer.Line("frame.Barrier.Wait();");
        }

        static string Part(int first) => $"ForwardFrom{first}";

        void WriteSteps((int First, int End) part)
        {
            for (int i = part.First; i < part.End; i++) Step(i);
        }

        void Step(int index)
        {
            WriteStep(writer, compiled.Execution, index, isa);
            if (compiled.Spec.Checked) writer.Line(ChecksText.Check(ChecksText.Forward, index));
        }
    }

    /// <summary>A number of steps in stretches of about the same length, each of which is a method where there are several.</summary>
    private static IReadOnlyList<(int First, int End)> Parts(int steps)
    {
        int parts = (steps + MostSteps - 1) / MostSteps;
        return Enumerable.Range(0, parts).Select(i => (steps * i / parts, steps * (i + 1) / parts)).ToArray();
    }

    /// <summary>Writes one step as a method of its own, beside <c>Forward</c>: what a benchmark of its kernel runs.</summary>
    public static void WriteAlone(SourceWriter writer, CompiledPlan compiled, int index, VectorIsa isa)
    {
        using (writer.Block($"public static void Step{index}(in ForwardFrame frame)"))
        {
            WriteNames(writer);
            using (index == Last(compiled) ? Loops.Nothing.Instance : WriteImages(writer, compiled)) WriteStep(writer, compiled.Execution, index, isa);
        }
    }

    /// <summary>The step behind the loop over images: the classifier, which takes all of them at once.</summary>
    private static int Last(CompiledPlan compiled) => compiled.Execution.Steps.Count - 1;

    /// <summary>The names that steps go by.</summary>
    private static void WriteNames(SourceWriter writer)
    {
        writer.Line("float* w = frame.Weights;");
        writer.Line("float* a = frame.Arena;");
        writer.Line("float* s = frame.Scratch;");
        writer.Line("float* trace = frame.Trace;");
        Shares.Declare(writer);
    }

    /// <summary>The loop over images. A profiled pass has but one: it notes when that began, and when every step ended.</summary>
    private static IDisposable WriteImages(SourceWriter writer, CompiledPlan compiled)
    {
        IDisposable loop = writer.Block("for (nint n = 0; n < frame.Images; n++)");
        writer.Line($"float* x = frame.Input + n * {compiled.Inference.Ops[0].Output.Elements};");
        writer.Line("frame.Mark(0);");
        return loop;
    }

    private static void WriteStep(SourceWriter writer, ExecutionPlan plan, int index, VectorIsa isa)
    {
        Step step = plan.Steps[index];
        string role = Role(step);
        writer.Line();
        writer.Line(step.Name == role ? $"// {role}" : $"// {step.Name} {role}");
        foreach (string call in new ForwardCalls(plan, isa).Of(index)) writer.Line(call);
        writer.Line($"frame.Meet({index + 1});");
        foreach (TracedMap map in plan.Traced.Where(t => t.Slot >= 0 && t.Step == index))
        {
            writer.Line($"if (trace != null) CopyMap(in frame, a + {plan.Slots[map.Slot].At}, {map.At}, {MapLayout.Floats(map.Shape)});");
        }
    }

    /// <summary>What a step computes, in words.</summary>
    public static string Role(Step step) => step switch
    {
        StemStep => "stem",
        DepthwiseStep t => Describe(t.Fused.Kernel),
        GateStep => "squeeze-excite",
        ProjectionStep t => t.SumsByHalves ? "projection by halves" : t.Residual < 0 ? "projection" : "projection + residual",
        FusedMBConvStep t => (t.Fused.Projection is null ? "convolution" : "dense expansion → projection") + (t.Residual < 0 ? "" : " + residual"),
        AddHalvesStep t => t.Residual < 0 ? "sum of halves" : "sum of halves + residual",
        HeadStep => "→ mean",
        ClassifierStep => "classifier",
        _ => throw new InvalidOperationException($"no words for {step.GetType().Name}"),
    };

    private static string Describe(FusedDepthwiseKernel k)
    {
        string producer = k.Producer switch { ProducerKind.Stem => "stem → ", ProducerKind.Pointwise => "expansion → ", _ => "" };
        return $"{producer}depthwise{(k.Squeeze is null ? "" : " → squeeze")}";
    }

}
