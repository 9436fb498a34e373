using EfficientNet.Compiler.Emission.Kernels;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission;

/// <summary>Writes the network itself: a straight list of kernel calls with constant places, a barrier after each.</summary>
internal static class ForwardSchedule
{
    /// <summary>Steps of a method: more of them, with their places, would be more than the JIT still optimises well.</summary>
    private const int MostSteps = 224;

    /// <summary>The arena in which an image goes on step by step. The last of the group has the first one, in which all of them began: one alone stays where it is.</summary>
    private const string ArenaOfImage = "frame.ArenaOf(end - 1 - n)";

    public static void Write(SourceWriter writer, CompiledPlan compiled, VectorIsa isa)
    {
        (int stepwise, int last) = (compiled.Execution.StepwiseFrom, Last(compiled));
        IReadOnlyList<(int First, int End)> ofImage = Parts(0, stepwise), ofImages = Parts(stepwise, last);
        writer.Line("// Every worker runs this; each makes its share of a kernel's work and waits for the others.");
        writer.Line("// Offsets are floats: w packed weights, a the arena all workers share, s this worker's own scratch.");
        writer.Line("// h1 and h2 are its shares of what comes in two halves, own that of what all read and each half of the workers has a copy of.");
        if (stepwise < last) writer.Line("// Of several images each has an arena b, in which it goes on once all of them have come so far.");
        using (writer.Block("public static void Forward(in ForwardFrame frame)"))
        {
            WriteNames(writer);
            if (stepwise == last)
            {
                using (WriteImages(writer, compiled)) WriteImage();
            }
            else
            {
                using IDisposable groups = writer.Block("for (nint first = 0; first < frame.Images; first += frame.ImagesAtOnce)");
                writer.Line("nint end = Math.Min(first + frame.ImagesAtOnce, frame.Images);");
                using (WriteImages(writer, compiled, "first", "end"))
                {
                    writer.Line($"float* b = {ArenaOfImage};");
                    WriteImage();
                }

                writer.Line();
                writer.Line("// From here on blocks have many more weights than values: each step is made for all these images, while its weights are near.");
                WriteParts(ofImages, part => WriteSteps(part, ofGroup: true), first => $"{Part(first)}(in frame, first, end);");
            }

            WriteStep(writer, compiled, last, isa, ofGroup: false);
        }

        foreach ((int First, int End) part in ofImage.Where(_ => ofImage.Count > 1)) WritePart(part, $"nint n, float* x{(stepwise == last ? "" : ", float* b")}", ofGroup: false);
        foreach ((int First, int End) part in ofImages.Where(_ => ofImages.Count > 1)) WritePart(part, "nint first, nint end", ofGroup: true);

        writer.Line();
        writer.Line("// Copies a map out of the arena while a traced run waits.");
        using (writer.Block("private static void CopyMap(in ForwardFrame frame, float* map, long at, long floats)"))
        {
            writer.Line("if (frame.Worker == 0) Buffer.MemoryCopy(map, frame.Trace + at, floats * sizeof(float), floats * sizeof(float));");
            writer.Line("frame.Barrier.Wait();");
        }

        static string Part(int first) => $"ForwardFrom{first}";

        void WriteImage()
        {
            if (compiled.Spec.Checked) writer.Line(ChecksText.Begin(ChecksText.Forward));
            WriteParts(ofImage, part => WriteSteps(part, ofGroup: false), first => $"{Part(first)}(in frame, n, x{(stepwise == last ? "" : ", b")});");
        }

        void WriteParts(IReadOnlyList<(int First, int End)> parts, Action<(int First, int End)> whole, Func<int, string> call)
        {
            if (parts.Count == 1)
            {
                whole(parts[0]);
            }
            else
            {
                foreach ((int first, _) in parts) writer.Line(call(first));
            }
        }

        void WritePart((int First, int End) part, string parameters, bool ofGroup)
        {
            writer.Line();
            writer.Line($"// Steps {part.First} … {part.End - 1}.");
            using (writer.Block($"private static void {Part(part.First)}(in ForwardFrame frame, {parameters})"))
            {
                WriteNames(writer);
                WriteSteps(part, ofGroup);
            }
        }

        void WriteSteps((int First, int End) part, bool ofGroup)
        {
            for (int i = part.First; i < part.End; i++) WriteStep(writer, compiled, i, isa, ofGroup);
        }
    }

    /// <summary>Some steps in stretches of about the same length, each of which is a method where there are several.</summary>
    private static IReadOnlyList<(int First, int End)> Parts(int first, int end)
    {
        int steps = end - first;
        int parts = (steps + MostSteps - 1) / MostSteps;
        return Enumerable.Range(0, parts).Select(i => (first + steps * i / parts, first + steps * (i + 1) / parts)).ToArray();
    }

    /// <summary>Writes one step as a method of its own, beside <c>Forward</c>: what a benchmark of its kernel runs.</summary>
    public static void WriteAlone(SourceWriter writer, CompiledPlan compiled, int index, VectorIsa isa)
    {
        using (writer.Block($"public static void Step{index}(in ForwardFrame frame)"))
        {
            WriteNames(writer);
            if (compiled.Execution.ImagesAtOnce > 1) writer.Line("float* b = a;");
            using (index == Last(compiled) ? Loops.Nothing.Instance : WriteImages(writer, compiled)) WriteStep(writer, compiled, index, isa, ofGroup: false);
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
    private static IDisposable WriteImages(SourceWriter writer, CompiledPlan compiled, string first = "0", string end = "frame.Images")
    {
        IDisposable loop = writer.Block($"for (nint n = {first}; n < {end}; n++)");
        writer.Line($"float* x = frame.Input + n * {compiled.Inference.Ops[0].Output.Elements};");
        writer.Line("frame.Mark(0);");
        return loop;
    }

    private static void WriteStep(SourceWriter writer, CompiledPlan compiled, int index, VectorIsa isa, bool ofGroup)
    {
        ExecutionPlan plan = compiled.Execution;
        Step step = plan.Steps[index];
        string role = Role(step);
        writer.Line();
        writer.Line(step.Name == role ? $"// {role}" : $"// {step.Name} {role}");
        using (ofGroup ? writer.Block("for (nint n = first; n < end; n++)") : Loops.Nothing.Instance)
        {
            if (ofGroup) writer.Line($"a = {ArenaOfImage};");
            foreach (string call in new ForwardCalls(plan, index, isa).All()) writer.Line(call);
        }

        writer.Line($"frame.Meet({index + 1});");
        foreach (TracedMap map in plan.Traced.Where(t => t.Slot >= 0 && t.Step == index))
        {
            writer.Line($"if (trace != null) CopyMap(in frame, a + {plan.Slots[map.Slot].At}, {map.At}, {MapLayout.Floats(map.Shape)});");
        }

        if (compiled.Spec.Checked) writer.Line(ChecksText.Check(ChecksText.Forward, index));
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
