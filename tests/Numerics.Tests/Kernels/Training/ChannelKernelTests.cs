using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Training;

/// <summary>Normalisation, means, sums and the adjoint of both, channel by channel, against their formulas.</summary>
public class ChannelKernelTests
{
    private const int Lanes = MapLayout.Lanes;

    private static readonly ActivationKind[] Activations = [ActivationKind.None, ActivationKind.Silu, ActivationKind.Relu6, ActivationKind.Relu, ActivationKind.HardSwish];

    private static readonly (int Positions, int Blocks)[] Shapes = [(1, 2), (3, 1), (64, 1), (65, 2), (200, 3)];

    private static readonly Dictionary<string, ChannelCase> Kernels = All().ToDictionary(one => one.Title);

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("Channel", Kernels.ToDictionary(one => one.Key, one => one.Value.Kernel)));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Kernels.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_kernel_is_its_formula(InstructionSet set, string title)
    {
        foreach (Data data in Enum.GetValues<Data>())
        {
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                using var run = new KernelRun(Library.Value[set, title], guard);
                string where = $"{set}, {data}, guard {guard}, {title}";
                ChannelCase one = Kernels[title];
                run.Number("positions", one.Positions).Geometry("inputPlane", one.InputPlane).Geometry("outputPlane", one.OutputPlane);
                switch (one.Kernel)
                {
                    case NormaliseKernel k: Normalise(run, one, k, data, set, where); break;
                    case ActivationPoolKernel k: Pool(run, one, k, data, set, where); break;
                    case StatisticsKernel: Statistics(run, one, data, where); break;
                    case BackwardSumsKernel k: Sums(run, one, k, data, set, where); break;
                    case BackwardMapKernel k: Map(run, one, k, data, set, where); break;
                    default: Assert.Fail(title); break;
                }
            }
        }
    }

    private static IEnumerable<ChannelCase> All()
    {
        int n = 0;
        foreach ((int positions, int blocks) in Shapes)
        {
            int plane = positions * Lanes;
            yield return new ChannelCase(new StatisticsKernel(), positions, blocks);
            foreach (ActivationKind activation in Activations)
            {
                n++;
                int gap = n % 2 * Lanes;
                var normalise = new NormaliseKernel(activation, Gate: n % 3 == 0, Mask: n % 4 == 1, Residual: n % 5 < 2);
                yield return new ChannelCase(normalise, positions, blocks) { InputPlane = plane + gap, OutputPlane = plane + 2 * gap };
                yield return new ChannelCase(new ActivationPoolKernel(activation), positions, blocks);
                foreach (BackwardForm form in Enum.GetValues<BackwardForm>())
                {
                    yield return new ChannelCase(new BackwardSumsKernel(activation, form), positions, blocks);
                    yield return new ChannelCase(new BackwardMapKernel(activation, form, Mask: form == BackwardForm.Map && n % 2 == 0), positions, blocks);
                }
            }
        }
    }

    private static void Normalise(KernelRun run, ChannelCase one, NormaliseKernel k, Data data, InstructionSet set, string where)
    {
        if (data == Data.WholeNumbers && !ChannelData.IsExact(k.Activation)) return;
        var d = new ChannelData(one.Title, data, one.Blocks, one.Positions);
        float[] x = d.Map("x"), affine = d.Record("affine", 4), gate = d.Record("gate", 1), residual = d.Map("residual");
        float mask = data == Data.WholeNumbers ? 2 : 1.25f;
        int plane = one.Positions * Lanes;
        run.Input("x", Packing.Spread(x, plane, one.InputPlane)).Input("affine", affine);
        if (k.Gate) run.Input("gate", gate);
        if (k.Mask) run.Input("mask", [mask]);
        if (k.Residual) run.Input("residual", Packing.Spread(residual, plane, one.OutputPlane));
        run.Output("y", (one.Blocks - 1L) * one.OutputPlane + plane);
        CallInTwo(run, one.Blocks);
        Rounded[] expected = Enumerable.Range(0, d.Floats).Select(i =>
        {
            int c = d.Channel(i);
            Rounded v = Rounded.Activate((Rounded)x[i] * affine[ChannelData.At(c, 4, 0)] + affine[ChannelData.At(c, 4, 1)], k.Activation, set).Value;
            if (k.Gate) v *= (double)gate[c];
            if (k.Mask) v *= (double)mask;
            return k.Residual ? v + residual[i] : v;
        }).ToArray();
        Judged(Packing.Gather(run["y"], plane, one.OutputPlane, where), expected, data, where);
    }

    private static void Pool(KernelRun run, ChannelCase one, ActivationPoolKernel k, Data data, InstructionSet set, string where)
    {
        // Means of whole numbers are none.
        if (data == Data.WholeNumbers && !(ChannelData.IsExact(k.Activation) && (one.Positions & (one.Positions - 1)) == 0)) return;
        var d = new ChannelData(one.Title, data, one.Blocks, one.Positions);
        float[] x = d.Map("x"), affine = d.Record("affine", 4);
        run.Input("x", x).Input("affine", affine).Output("pooled", d.Channels);
        CallInTwo(run, one.Blocks);
        Rounded[] expected = Enumerable.Range(0, d.Channels).Select(c =>
            Rounded.Sum(d.Positions(c).Select(i => Activated(x[i], affine, c, k.Activation, set).Value).ToArray(), one.Positions / 64 + 1)
            * new Rounded(1.0 / one.Positions, Bounds.Epsilon / one.Positions)).ToArray();
        Judged(run["pooled"], expected, data, where);
    }

    private static void Statistics(KernelRun run, ChannelCase one, Data data, string where)
    {
        var d = new ChannelData(one.Title, data, one.Blocks, one.Positions);
        float[] x = d.Map("x");
        run.Input("x", x).Output("stats", d.Channels * 3);
        CallInTwo(run, one.Blocks);
        var expected = new Rounded[d.Channels * 3];
        for (int c = 0; c < d.Channels; c++)
        {
            double pivot = x[d.Positions(c).First()];
            Rounded[] distances = d.Positions(c).Select(i => (Rounded)x[i] - pivot).ToArray();
            expected[ChannelData.At(c, 3, 0)] = pivot;
            expected[ChannelData.At(c, 3, 1)] = Rounded.Sum(distances, one.Positions / 64 + 1);
            expected[ChannelData.At(c, 3, 2)] = Rounded.Sum(distances.Select(v => v * v).ToArray(), one.Positions / 64 + 1);
        }

        Judged(run["stats"], expected, data, where);
    }

    private static void Sums(KernelRun run, ChannelCase one, BackwardSumsKernel k, Data data, InstructionSet set, string where)
    {
        if (data == Data.WholeNumbers && !ChannelData.IsExact(k.Activation)) return;
        var d = new ChannelData(one.Title, data, one.Blocks, one.Positions);
        float[] dy = d.Map("dy"), x = d.Map("x"), affine = d.Record("affine", 4);
        if (k.Form != BackwardForm.Broadcast) run.Input("dy", dy);
        run.Input("x", x).Input("affine", affine).Output("sums", d.Channels * k.Sums);
        CallInTwo(run, one.Blocks);
        var expected = new Rounded[d.Channels * k.Sums];
        for (int c = 0; c < d.Channels; c++)
        {
            (Rounded Value, Rounded Derivative, Rounded Centred, double Upstream)[] at = d.Positions(c).Select(i =>
            {
                (Rounded value, Rounded derivative) = Activated(x[i], affine, c, k.Activation, set);
                return (value, derivative, (Rounded)x[i] - affine[ChannelData.At(c, 4, 2)], (double)dy[i]);
            }).ToArray();
            Rounded Sum(Func<(Rounded Value, Rounded Derivative, Rounded Centred, double Upstream), Rounded> term) => Rounded.Sum(at.Select(term).ToArray(), one.Positions / 64 + 1);
            Rounded[] sums = k.Form switch
            {
                BackwardForm.Gated => [Sum(t => t.Value * t.Upstream), Sum(t => t.Derivative * t.Upstream), Sum(t => t.Derivative * t.Upstream * t.Centred), Sum(t => t.Derivative), Sum(t => t.Derivative * t.Centred)],
                BackwardForm.Broadcast => [Sum(t => t.Derivative), Sum(t => t.Derivative * t.Centred)],
                _ => [Sum(t => t.Derivative * t.Upstream), Sum(t => t.Derivative * t.Upstream * t.Centred)],
            };
            for (int i = 0; i < k.Sums; i++) expected[ChannelData.At(c, k.Sums, i)] = sums[i];
        }

        Judged(run["sums"], expected, data, where);
    }

    private static void Map(KernelRun run, ChannelCase one, BackwardMapKernel k, Data data, InstructionSet set, string where)
    {
        if (data == Data.WholeNumbers && !ChannelData.IsExact(k.Activation)) return;
        var d = new ChannelData(one.Title, data, one.Blocks, one.Positions);
        float[] dy = d.Map("dy"), x = d.Map("x"), affine = d.Record("affine", 4), slopes = d.Record("slopes", 3), gate = d.Record("gate", 1), pooled = d.Record("pooled", 1);
        float mask = data == Data.WholeNumbers ? 2 : 1.25f;
        // In place where there is a map: the result takes the place of what is read.
        bool inPlace = k.Form != BackwardForm.Broadcast;
        if (inPlace) run.InOut("dy", dy).Within("y", "dy", 0);
        else run.Output("y", d.Floats);
        run.Input("x", x).Input("affine", affine).Input("slopes", slopes);
        if (k.Form == BackwardForm.Gated) run.Input("gate", gate);
        if (k.Form != BackwardForm.Map) run.Input("pooled", pooled);
        if (k.Mask) run.Input("mask", [mask]);
        CallInTwo(run, one.Blocks);
        Rounded[] expected = Enumerable.Range(0, d.Floats).Select(i =>
        {
            int c = d.Channel(i);
            Rounded upstream = k.Form switch
            {
                BackwardForm.Gated => (Rounded)dy[i] * (double)gate[c] + pooled[c],
                BackwardForm.Broadcast => pooled[c],
                _ => k.Mask ? (Rounded)dy[i] * (double)mask : dy[i],
            };
            Rounded gradient = k.Activation == ActivationKind.None ? upstream : upstream * Activated(x[i], affine, c, k.Activation, set).Derivative;
            return gradient * (double)slopes[ChannelData.At(c, 3, 0)]
                + (((Rounded)x[i] - affine[ChannelData.At(c, 4, 2)]) * (double)slopes[ChannelData.At(c, 3, 2)] + slopes[ChannelData.At(c, 3, 1)]);
        }).ToArray();
        Judged(run[inPlace ? "dy" : "y"], expected, data, where);
    }

    private static (Rounded Value, Rounded Derivative) Activated(float x, float[] affine, int channel, ActivationKind activation, InstructionSet set) =>
        Rounded.Activate((Rounded)x * affine[ChannelData.At(channel, 4, 0)] + affine[ChannelData.At(channel, 4, 1)], activation, set);

    /// <summary>The work in two shares, the second first.</summary>
    private static void CallInTwo(KernelRun run, int blocks)
    {
        run.Call(blocks / 2, blocks);
        if (blocks > 1) run.Call(0, blocks / 2);
    }

    private static void Judged(float[] actual, Rounded[] expected, Data data, string where) =>
        Judge.Floats(actual, expected.Select(v => v.Value).ToArray(), expected.Select(v => v.Error).ToArray(), data, where);
}
