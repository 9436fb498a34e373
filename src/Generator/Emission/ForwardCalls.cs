using EfficientNet.Compiler.Emission.Kernels;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission;

/// <summary>What a worker calls in a step of a forward pass: kernels with constant places, and its share of their work.</summary>
/// <param name="plan">The plan.</param>
/// <param name="index">The step's number.</param>
/// <param name="isa">The instruction set, on whose tiles the pieces of a projection depend.</param>
internal sealed class ForwardCalls(ExecutionPlan plan, int index, VectorIsa isa)
{
    public IEnumerable<string> All()
    {
        Step step = plan.Steps[index];
        return step switch
        {
            StemStep t => One(step, $"x, w + {t.WeightsAt}, {At(t.Output)}, s, {Shares.Of(t.Stem.Output.Height)}"),
            DepthwiseStep t => Depthwise(t),
            GateStep t => One(step, Arguments(t)),
            ProjectionStep t => Projection(t),
            FusedMBConvStep t => One(step, $"{At(t.Input)}, w + {t.WeightsAt}, {At(t.Output)}, {If(t.Residual)}s, {Shares.Of(t.Fused.Bands)}"),
            AddHalvesStep t => One(step, $"{Both(t.Parts)}, {At(t.Output)}, {If(t.Residual)}{Shares.OfCopy(t.Pieces)}"),
            HeadStep t => One(step, Arguments(t)),
            ClassifierStep t => One(step, $"frame.Features, frame.Images, w + {t.WeightsAt}, frame.Output, s, {Shares.Of(t.Classifier.FullyConnected.Panels)}"),
            _ => throw new InvalidOperationException($"no call for {step.GetType().Name}"),
        };
    }

    private static IEnumerable<string> One(Step step, string arguments) => [$"{step.Kernel.Name}({arguments});"];

    private IEnumerable<string> Depthwise(DepthwiseStep step)
    {
        long blocks = 0, groups = 0;
        for (int half = 0; half < step.Fused.Calls.Count; half++)
        {
            (FusedDepthwiseKernel k, int groupsOfCall) = step.Fused.Calls[half];
            string input = At(step.Input, k.KeepsChannels ? blocks * MapLayout.Plane(k.Source) : 0);
            string output = step.Fused.Calls.Count == 1 ? Both(step.Output) : At(step.Output.Of(half));
            string sums = If(step.Pooled, blocks * MapLayout.Lanes) + If(step.Partial, groups * (k.Squeeze?.SqueezeBlocks ?? 0) * MapLayout.Lanes);
            string share = Shares.OfCall(half, step.Fused.Calls.Count, groupsOfCall * k.Bands);
            yield return $"{k.Name}({input}, w + {step.WeightsAt + groups * k.GroupStride}, {output}, {sums}s, {Trace(blocks * MapLayout.Plane(k.Expanded))}, {share});";
            (blocks, groups) = (blocks + step.Fused.FirstBlocks, groups + groupsOfCall);
        }
    }

    private string Arguments(GateStep step)
    {
        string squeezed = step.Gate.Reduce is null ? At(step.Partial) : $"{At(step.Pooled)}, w + {step.ReduceWeightsAt}";
        string target = step.Gate.KeepsGates ? At(step.Gates) : Both(step.Map);
        // Of a map in halves of channels a worker gates what it has made.
        string share = step.Gate.Halves is { OfRows: false } halves ? Shares.OfHalves(halves) : Shares.Of(step.Gate.Blocks);
        return $"{squeezed}, w + {step.WeightsAt}, {target}, s, {share}";
    }

    private IEnumerable<string> Projection(ProjectionStep step)
    {
        for (int half = 0; half < step.Parts.Count; half++)
        {
            ProjectionPart part = step.Parts[half];
            string gates = part.Kernel.Gated ? $"{At(part.Gates, part.GatesAt)}, s, " : "";
            string channels = part.Kernel.TakesChannels ? $"{part.Channels}, " : "";
            string share = Shares.OfCall(half, step.Parts.Count, PointwiseMap.Tasks(part.Kernel, isa));
            yield return $"{part.Kernel.Name}({At(part.Input)}, w + {step.WeightsAt + part.WeightsFrom}, {At(part.Output, part.OutputAt)}, {If(step.Residual, part.OutputAt)}{channels}{gates}{share});";
        }
    }

    private string Arguments(HeadStep step)
    {
        // The classifier takes all images at once, behind the loop over them.
        string follows = Head.BringsClassifier(step.Head, isa) ? "n + 1 == frame.Images ? 1 : 0, " : "";
        return $"{At(step.Input)}, w + {step.WeightsAt}, {At(step.Output)}, frame.Features + n * {step.Head.Channels}, s, {Trace()}, {follows}{Shares.Of(step.Head.Panels)}";
    }

    /// <summary>A place in a slot, or in this worker's copy of it; the image where there is no slot.</summary>
    private string At(int slot, long floats = 0)
    {
        if (slot < 0) return floats == 0 ? "x" : $"x + {floats}";
        Slot place = plan.Slots[slot];
        // What is made for an image before and read step by step lies where that image goes on.
        string arena = index < plan.StepwiseFrom && place.LastStep >= plan.StepwiseFrom ? "b" : "a";
        return $"{arena} + {place.At + floats}{(place.Copy < 0 ? "" : Shares.ToCopy(plan.Slots[place.Copy].At - place.At))}";
    }

    /// <summary>The same as an argument that is left out where there is no slot.</summary>
    private string If(int slot, long floats = 0) => slot < 0 ? "" : At(slot, floats) + ", ";

    private string Both(MapSlots slots) => slots.Second < 0 ? At(slots.First) : $"{At(slots.First)}, {At(slots.Second)}";

    /// <summary>Where a kernel hands out what no slot holds.</summary>
    private string Trace(long floats = 0) => plan.Traced.FirstOrDefault(t => t.Slot < 0 && t.Step == index) is { } map ? $"trace == null ? null : trace + {map.At + floats}" : "null";
}
