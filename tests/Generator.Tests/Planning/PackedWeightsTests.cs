using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Tests.Graph;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Planning;

/// <summary>Walks every weight and bias to its place in the packed buffer, by the formulas that the runtime's loader follows.</summary>
public class PackedWeightsTests
{
    [Theory]
    [InlineData("B0")]
    [InlineData("B2")]
    [InlineData("Lite0")]
    [InlineData("Lite3")]
    [InlineData("V2B0")]
    public void No_two_numbers_of_a_published_network_share_a_place(string name) => EnsureApart(PublishedNetwork.Of(name).Plan());

    /// <summary>Channels that fill no vector, squeezes of few channels, kernels of all sizes, no head, no BatchNorm.</summary>
    [Theory]
    [InlineData("""[{ "kernel": 9, "stride": 2, "expansion": 3, "channels": 20, "repeats": 2 }]""")]
    [InlineData("""[{ "kernel": 1, "stride": 1, "expansion": 1, "channels": 12, "repeats": 1 }, { "kernel": 7, "stride": 2, "expansion": 5, "channels": 36, "repeats": 3, "squeezeExcite": 0.9 }]""")]
    [InlineData("""[{ "kernel": 3, "stride": 1, "expansion": 6, "channels": 132, "repeats": 2, "squeezeExcite": 0 }]""")]
    public void No_two_numbers_of_an_odd_network_share_a_place(string stages)
    {
        foreach (string member in new[] { "\"classes\": 17", "\"classes\": 1, \"head\": {\"rule\": \"none\"}, \"batchNorm\": false", "\"classes\": 1001, \"padding\": \"same\"" })
        {
            EnsureApart(NetworkCompiler.Plan(
                Specs.Valid($$"""{"name": "N", "resolution": 45, "rounding": {"divisor": 4}, "stem": {"channels": 20}, {{member}}, "stages": {{stages}}}"""), CancellationToken.None));
        }
    }

    private static void EnsureApart(CompiledPlan compiled)
    {
        ExecutionPlan plan = compiled.Execution;
        var taken = new int[plan.PackedFloats];
        long numbers = 0;
        for (int layer = 0; layer < plan.Weights.Count; layer++)
        {
            foreach (long at in PlacesOf(plan.Weights[layer]))
            {
                if (at < 0 || at >= plan.PackedFloats) Assert.Fail($"{plan.Weights[layer].Layer}: {at} is outside the {plan.PackedFloats} packed floats");
                if (taken[at] != 0) Assert.Fail($"{plan.Weights[layer].Layer} and {plan.Weights[taken[at] - 1].Layer} share {at}");
                taken[at] = layer + 1;
                numbers++;
            }
        }

        // Every layer is there, with all its weights, or 16 values in place of nine, and, folded or its own, one bias for each output.
        HashSet<string> tiled = [.. plan.Weights.Where(weights => weights.Form == WeightForm.Winograd).Select(weights => weights.Layer)];
        long expected = compiled.Inference.Ops.Sum(op => op switch
        {
            ConvolutionOp c => (tiled.Contains(c.Name) ? c.WeightCount / 9 * 16 : c.WeightCount) + c.Output.Channels,
            LinearOp l => l.WeightCount + l.Output.Channels,
            _ => 0L,
        });
        numbers.ShouldBe(expected);
        plan.Weights.Select(weights => weights.Layer).ShouldBeUnique();
    }

    private static IEnumerable<long> PlacesOf(PackedConvolution c) => c.Form == WeightForm.Depthwise ? DepthwisePlaces(c) : PanelPlaces(c);

    private static IEnumerable<long> DepthwisePlaces(PackedConvolution c)
    {
        int taps = c.KernelSize * c.KernelSize;
        for (int channel = 0; channel < c.Outputs; channel++)
        {
            (int group, int inGroup, _) = Piece(channel / 16, c.GroupBlocks, c.FirstBlocks, (c.Outputs + 15) / 16);
            long at = c.At + group * c.GroupStride + inGroup * (taps + 1L) * 16 + channel % 16;
            for (int tap = 0; tap <= taps; tap++) yield return at + tap * 16; // the bias lies where one more tap would
        }
    }

    private static IEnumerable<long> PanelPlaces(PackedConvolution c)
    {
        int blocks = (c.Outputs + 15) / 16;
        int reduction = c.Inputs * (c.Form == WeightForm.Winograd ? 16 : Math.Max(1, c.KernelSize * c.KernelSize));
        for (int n = 0; n < c.Outputs; n++)
        {
            (int panel, int block, int width) = Piece(n / 16, c.PanelBlocks, c.FirstBlocks, blocks);
            int lane = block * 16 + n % 16;
            yield return c.BiasAt + panel * c.BiasStride + lane;
            for (int k = 0; k < reduction; k++)
            {
                (int group, int inGroup, _) = c.ReductionGroup == 0 ? (0, k, 0) : Piece(k, c.ReductionGroup, c.ReductionFirst, reduction);
                yield return c.At + panel * c.PanelStride + group * c.ReductionStride + inGroup * Math.Max(1L, c.ReductionStep) * width * 16 + lane;
            }
        }
    }

    /// <summary>Which piece a thing is in, where in it, and how long the piece is: of one row of things, or of two halves with pieces of their own.</summary>
    private static (int Piece, int Inside, int Length) Piece(int index, int length, int first, int all)
    {
        if (first == 0) return (index / length, index % length, Math.Min(length, all - index / length * length));
        if (index < first) return Piece(index, length, 0, first);
        (int piece, int inside, int of) = Piece(index - first, length, 0, all - first);
        return (piece + (first + length - 1) / length, inside, of);
    }
}
