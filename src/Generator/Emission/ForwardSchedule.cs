using EfficientNet.Compiler.Emission.Kernels;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission;

/// <summary>Writes the network itself: a straight list of kernel calls with constant places, a barrier after each.</summary>
internal static class ForwardSchedule
{
    public static void Write(SourceWriter writer, CompiledPlan compiled, VectorIsa isa)
    {
        writer.Line("// Every worker runs this; each makes its share of a kernel's work and waits for the others.");
        writer.Line("// Offsets are floats: w packed weights, a the arena all workers share, s this worker's own scratch.");
        writer.Line("// h1 and h2 are its shares of what comes in two halves, own that of what all read and each half of the workers has a copy of.");
        using (writer.Block("public static void Forward(in ForwardFrame frame)"))
        {
            WriteImages(writer, compiled, () =>
            {
                if (compiled.Spec.Checked) writer.Line(ChecksText.Begin(ChecksText.Forward));
                for (int i = 0; i < compiled.Execution.Steps.Count; i++)
                {
                    WriteStep(writer, compiled.Execution, i, isa);
                    if (compiled.Spec.Checked) writer.Line(ChecksText.Check(ChecksText.Forward, i));
                }

                WriteDelivery(writer, compiled);
            });
        }

        writer.Line();
        writer.Line("// Copies a map out of the arena while a traced run waits.");
        using (writer.Block("private static void CopyMap(in ForwardFrame frame, float* map, long at, long floats)"))
        {
            writer.Line("if (frame.Worker == 0) Buffer.MemoryCopy(map, frame.Trace + at, floats * sizeof(float), floats * sizeof(float));");
            writer.Line("frame.Barrier.Wait();");
        }
    }

    /// <summary>Writes one step as a method of its own, beside <c>Forward</c>: what a benchmark of its kernel runs.</summary>
    public static void WriteAlone(SourceWriter writer, CompiledPlan compiled, int index, VectorIsa isa)
    {
        using (writer.Block($"public static void Step{index}(in ForwardFrame frame)"))
        {
            WriteImages(writer, compiled, () => WriteStep(writer, compiled.Execution, index, isa));
        }
    }

    /// <summary>The names that steps go by, and the loop over images.</summary>
    private static void WriteImages(SourceWriter writer, CompiledPlan compiled, Action steps)
    {
        writer.Line("float* w = frame.Weights;");
        writer.Line("float* a = frame.Arena;");
        writer.Line("float* s = frame.Scratch;");
        writer.Line("float* trace = frame.Trace;");
        writer.Line("nint me = frame.Worker;");
        writer.Line("nint all = frame.Workers;");
        for (int half = 0; half < 2; half++) writer.Line($"var {Half(half)} = new HalfShare({half}, me, all);");
        writer.Line("var own = new CopyShare(me, all);");
        using (writer.Block("for (nint n = 0; n < frame.Images; n++)"))
        {
            writer.Line($"float* x = frame.Input + n * {compiled.Inference.Ops[0].Output.Elements};");
            writer.Line($"frame.Mark(n * {Marks(compiled.Execution)});");
            steps();
        }
    }

    /// <summary>Times that a profiled pass notes for an image: its start and the end of every step.</summary>
    private static int Marks(ExecutionPlan plan) => plan.Steps.Count + 1;

    private static void WriteStep(SourceWriter writer, ExecutionPlan plan, int index, VectorIsa isa)
    {
        Step step = plan.Steps[index];
        string role = Role(step);
        writer.Line();
        writer.Line(step.Name == role ? $"// {role}" : $"// {step.Name} {role}");
        foreach (string call in Calls(plan, index, isa)) writer.Line(call);
        writer.Line($"frame.Meet(n * {Marks(plan)} + {index + 1});");
        foreach (TracedMap map in plan.Traced.Where(t => t.Slot >= 0 && t.Step == index))
        {
            writer.Line($"if (trace != null) CopyMap(in frame, a + {plan.Slots[map.Slot].At}, {map.At}, {MapLayout.Floats(map.Shape)});");
        }
    }

    /// <summary>What a worker calls in a step.</summary>
    private static IEnumerable<string> Calls(ExecutionPlan plan, int index, VectorIsa isa)
    {
        Step step = plan.Steps[index];
        string Behind(int slot, long floats) => slot < 0 ? floats == 0 ? "x" : $"x + {floats}" : Place(plan, plan.Slots[slot], floats);
        string A(int slot) => Behind(slot, 0);
        string Trace(long behind = 0) => plan.Traced.FirstOrDefault(t => t.Slot < 0 && t.Step == index) is { } map ? $"trace == null ? null : trace + {map.At + behind}" : "null";
        string Both(MapSlots slots) => slots.Second < 0 ? A(slots.First) : $"{A(slots.First)}, {A(slots.Second)}";
        string If(int slot, long floats = 0) => slot < 0 ? "" : Behind(slot, floats) + ", ";
        if (step is ProjectionStep projection)
        {
            for (int half = 0; half < projection.Parts.Count; half++)
            {
                ProjectionPart part = projection.Parts[half];
                string weights = part.GatedWeights < 0 ? $"w + {projection.WeightsAt + part.WeightsFrom}" : A(part.GatedWeights);
                string residual = If(projection.Residual, part.OutputAt);
                string channels = part.Kernel.TakesChannels ? $"{part.Channels}, " : "";
                int tasks = PointwiseMap.Tasks(part.Kernel, isa);
                string share = projection.Parts.Count == 1 ? Share(tasks) : ShareOfHalf(half, tasks);
                yield return $"{part.Kernel.Name}({A(part.Input)}, {weights}, w + {projection.BiasAt + part.WeightsFrom}, {Behind(part.Output, part.OutputAt)}, {residual}{channels}{share});";
            }

            yield break;
        }

        if (step is DepthwiseStep depthwise)
        {
            bool whole = depthwise.Fused.Calls.Count == 1;
            long blocks = 0, groups = 0;
            for (int half = 0; half < depthwise.Fused.Calls.Count; half++)
            {
                (FusedDepthwiseKernel k, int groupsOfCall) = depthwise.Fused.Calls[half];
                string input = Behind(depthwise.Input, k.KeepsChannels ? blocks * MapLayout.Plane(k.Source) : 0);
                string output = whole ? Both(depthwise.Output) : A(depthwise.Output.Of(half));
                string sums = If(depthwise.Pooled, blocks * MapLayout.Lanes) + If(depthwise.Partial, groups * (k.Squeeze?.SqueezeBlocks ?? 0) * MapLayout.Lanes);
                string share = whole ? Share(k.Groups * k.Bands) : ShareOfHalf(half, groupsOfCall);
                yield return $"{k.Name}({input}, w + {depthwise.WeightsAt + groups * k.GroupStride}, {output}, {sums}s, {Trace(blocks * MapLayout.Plane(k.Expanded))}, {share});";
                (blocks, groups) = (blocks + depthwise.Fused.FirstBlocks, groups + groupsOfCall);
            }

            yield break;
        }

        string arguments = step switch
        {
            StemStep t => $"x, w + {t.WeightsAt}, {A(t.Output)}, s, {Share(t.Stem.Output.Height)}",
            GateStep t =>
                $"{(t.Gate.Reduce is null ? $"{A(t.Partial)}, " : $"{A(t.Pooled)}, w + {t.ReduceWeightsAt}, ")}w + {t.WeightsAt}, " +
                $"{(t.GatedWeights.First < 0 ? Both(t.Map) : $"w + {t.ProjectionWeightsAt}, {Both(t.GatedWeights)}")}, s, {ShareOf(t.Gate)}",
            AddHalvesStep t => $"{Both(t.Parts)}, {A(t.Output)}, {If(t.Residual)}{ShareOfCopy(t.Pieces)}",
            HeadStep t => $"{A(t.Input)}, w + {t.WeightsAt}, {A(t.Output)}, s, {Trace()}, {Share(t.Head.Panels)}",
            ClassifierStep t => $"{A(t.Input)}, w + {t.WeightsAt}, {A(t.Output)}, {Share(t.Dense.Panels)}",
            _ => throw new InvalidOperationException($"no call for {step.GetType().Name}"),
        };
        yield return $"{step.Kernel.Name}({arguments});";
    }

    /// <summary>A worker's share of numbered pieces: its first, and the one behind its last.</summary>
    internal static string Share(int tasks) => tasks == 1 ? "me == 0 ? 0 : 1, 1" : $"{tasks} * me / all, {tasks} * (me + 1) / all";

    /// <summary>Blocks of channels: those whose depthwise map a worker has made, where that was cut between channels.</summary>
    private static string ShareOf(GateKernel k)
    {
        if (k.Halves is not { OfRows: false } halves || halves.Length(0) == halves.Length(1)) return Share(k.Blocks);
        string Bound(string end) => $"{Half(0)}.{end}({halves.Length(0)}) + {Half(1)}.{end}({halves.Length(1)})";
        return $"{Bound("First")}, {Bound("Last")}";
    }

    /// <summary>The same of the pieces of one of two halves, of which an even number of workers shares each.</summary>
    private static string ShareOfHalf(int half, int tasks) => $"{Half(half)}.First({tasks}), {Half(half)}.Last({tasks})";

    /// <summary>The same of the pieces of a copy.</summary>
    private static string ShareOfCopy(int tasks) => $"own.First({tasks}), own.Last({tasks})";

    /// <summary>A place in a slot, or in this worker's copy of it.</summary>
    private static string Place(ExecutionPlan plan, Slot slot, long floats) =>
        $"a + {slot.At + floats}{(slot.Copy < 0 ? "" : $" + own.Copy * {plan.Slots[slot.Copy].At - slot.At}")}";

    /// <summary>What a worker's share of a half is called.</summary>
    private static string Half(int half) => $"h{half + 1}";

    /// <summary>What a step computes, in words.</summary>
    public static string Role(Step step) => step switch
    {
        StemStep => "stem",
        DepthwiseStep t => Describe(t.Fused.Kernel),
        GateStep => "squeeze-excite",
        ProjectionStep t => t.SumsByHalves ? "projection by halves" : t.Residual < 0 ? "projection" : "projection + residual",
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

    private static void WriteDelivery(SourceWriter writer, CompiledPlan compiled)
    {
        ExecutionPlan plan = compiled.Execution;
        var classifier = (ClassifierStep)plan.Steps[plan.Steps.Count - 1];
        writer.Line();
        writer.Line("// logits and features leave the arena before the next image takes their place");
        using (writer.Block("if (me == 0)"))
        {
            WriteCopy("Output", classifier.Output, classifier.Dense.Outputs);
            WriteCopy("Features", classifier.Input, classifier.Dense.Reduction);
        }

        writer.Line("frame.Barrier.Wait();");

        void WriteCopy(string to, int slot, int floats) => writer.Line(
            $"new ReadOnlySpan<float>(a + {plan.Slots[slot].At}, {floats}).CopyTo(new Span<float>(frame.{to} + n * {floats}, {floats}));");
    }
}
