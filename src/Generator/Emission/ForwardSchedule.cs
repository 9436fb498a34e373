using EfficientNet.Compiler.Emission.Kernels;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission;

/// <summary>Writes the network itself: a straight list of kernel calls with constant places, a barrier after each; the calls of its last steps for several images, where the plan says so.</summary>
internal static class ForwardSchedule
{
    /// <summary>Steps of a method: more of them, with their places, would be more than the JIT still optimises well.</summary>
    private const int MostSteps = 224;

    /// <summary>The arena in which an image goes on step by step. The last of the group has the first one, in which all of them began: one alone stays where it is.</summary>
    private static string ArenaOf(string image) => $"frame.ArenaOf(end - 1 - {image})";

    public static void Write(SourceWriter writer, CompiledPlan compiled, VectorIsa isa)
    {
        bool isStepwise = compiled.Execution.IsStepwise;
        (int stepwise, int last) = (compiled.Execution.StepwiseFrom, Last(compiled));
        bool isWhole = !isStepwise && last <= MostSteps;
        writer.Line("// Every worker runs this; each makes its share of a kernel's work and waits for the others.");
        writer.Line($"// Offsets are floats: w packed weights, a the arena all workers share{(isStepwise ? " (from some step on the image's)" : "")}, s this worker's own scratch.");
        writer.Line("// h1 and h2 are its shares of what comes in two halves, own that of what all read and each half of the workers has a copy of.");
        if (isStepwise) writer.Line("// b is the arena in which an image goes on once all images that are under way have come so far.");
        using (writer.Block("public static void Forward(in ForwardFrame frame)"))
        {
            WriteNames(writer);
            if (!isStepwise)
            {
                using (WriteImages(writer, compiled)) WriteImage();
            }
            else
            {
                using IDisposable groups = writer.Block("for (nint first = 0; first < frame.Images; first += frame.ImagesAtOnce)");
                writer.Line("nint end = Math.Min(first + frame.ImagesAtOnce, frame.Images);");
                using (WriteImages(writer, compiled, "first", "end"))
                {
                    writer.Line($"float* b = {ArenaOf("n")};");
                    WriteImage();
                }

                writer.Line();
                writer.Line("// From here on blocks have many more weights than values: each step is made for all these images, while its weights are near.");
                WriteParts((stepwise, last), "first, end");
            }

            WriteSteps((last, last + 1), ofGroup: false);
        }

        WriteMethods((0, stepwise), $"nint n, float* x{(isStepwise ? ", float* b" : "")}", ofGroup: false);
        WriteMethods((stepwise, last), "nint first, nint end", ofGroup: true);

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
            if (isWhole)
            {
                WriteSteps((0, last), ofGroup: false);
            }
            else
            {
                WriteParts((0, stepwise), $"n, x{(isStepwise ? ", b" : "")}");
            }
        }

        void WriteParts((int First, int End) steps, string arguments)
        {
            foreach ((int first, _) in Parts(steps)) writer.Line($"{Part(first)}(in frame, {arguments});");
        }

        void WriteMethods((int First, int End) steps, string parameters, bool ofGroup)
        {
            if (isWhole) return;
            foreach ((int First, int End) part in Parts(steps))
            {
                writer.Line();
                writer.Line($"// Steps {part.First} … {part.End - 1}.");
                using (writer.Block($"private static void {Part(part.First)}(in ForwardFrame frame, {parameters})"))
                {
                    WriteNames(writer, ofGroup);
                    WriteSteps(part, ofGroup);
                }
            }
        }

        void WriteSteps((int First, int End) steps, bool ofGroup)
        {
            for (int i = steps.First; i < steps.End; i++)
            {
                WriteStep(writer, compiled.Execution, i, isa, ofGroup);
                if (compiled.Spec.Checked) writer.Line(ChecksText.Check(ChecksText.Forward, i));
            }
        }
    }

    /// <summary>Steps in stretches of about the same length, for a method each.</summary>
    private static IEnumerable<(int First, int End)> Parts((int First, int End) all)
    {
        int steps = all.End - all.First;
        int parts = (steps + MostSteps - 1) / MostSteps;
        return Enumerable.Range(0, parts).Select(i => (all.First + steps * i / parts, all.First + steps * (i + 1) / parts));
    }

    /// <summary>Writes one step as a method of its own, beside <c>Forward</c>: what a benchmark of its kernel runs.</summary>
    public static void WriteAlone(SourceWriter writer, CompiledPlan compiled, int index, VectorIsa isa)
    {
        using (writer.Block($"public static void Step{index}(in ForwardFrame frame)"))
        {
            WriteNames(writer);
            if (compiled.Execution.IsStepwise) writer.Line("float* b = a;");
            using (index == Last(compiled) ? Loops.Nothing.Instance : WriteImages(writer, compiled)) WriteStep(writer, compiled.Execution, index, isa, ofGroup: false);
        }
    }

    /// <summary>The step behind the loop over images: the classifier, which takes all of them at once.</summary>
    private static int Last(CompiledPlan compiled) => compiled.Execution.Steps.Count - 1;

    /// <summary>The names that steps go by. Of several images each has an arena of its own: the first one's, and how far the next one's lies before it.</summary>
    private static void WriteNames(SourceWriter writer, bool ofGroup = false)
    {
        writer.Line("float* w = frame.Weights;");
        if (!ofGroup)
        {
            writer.Line("float* a = frame.Arena;");
        }
        else
        {
            writer.Line($"float* top = {ArenaOf("first")};");
            writer.Line("nint apart = frame.ArenaStride;");
        }

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

    /// <summary>Writes a step's calls and the barrier behind them. A group of images has each call one after the other, the first image first: its features leave in that order too.</summary>
    private static void WriteStep(SourceWriter writer, ExecutionPlan plan, int index, VectorIsa isa, bool ofGroup)
    {
        Step step = plan.Steps[index];
        string role = Role(step);
        writer.Line();
        writer.Line(step.Name == role ? $"// {role}" : $"// {step.Name} {role}");
        if (ofGroup && step is HeadStep)
        {
            using IDisposable loop = writer.Block("for (nint n = first; n < end; n++)");
            writer.Line($"float* a = {ArenaOf("n")};");
            WriteCalls("");
        }
        else
        {
            WriteCalls(ofGroup ? "for (float* a = top; a >= frame.Arena; a -= apart) " : "");
        }

        writer.Line($"frame.Meet({index + 1});");
        foreach (TracedMap map in plan.Traced.Where(t => t.Slot >= 0 && t.Step == index))
        {
            writer.Line($"if (trace != null) CopyMap(in frame, {(ofGroup ? "top" : "a")} + {plan.Slots[map.Slot].At}, {map.At}, {MapLayout.Floats(map.Shape)});");
        }

        void WriteCalls(string loop)
        {
            foreach (string call in new ForwardCalls(plan, index, isa).All()) writer.Line(loop + call);
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
