using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Training;

/// <summary>BatchNorm's records: from sums over every image to scale and shift, and to the gradients and slopes. All of it is in double, and rounded once.</summary>
public class BatchNormTests
{
    private const int Lanes = MapLayout.Lanes;
    private const double Epsilon = 1e-3, Momentum = 0.1;

    /// <summary>What double arithmetic may cost, relative to the terms.</summary>
    private const double OfDouble = 1e-14;

    private static readonly (int Positions, int Blocks)[] Shapes = [(1, 1), (3, 2), (49, 1), (12544, 3)];

    private static readonly Dictionary<string, ChannelCase> Kernels = All().ToDictionary(one => one.Title);

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("BatchNorm", Kernels.ToDictionary(one => one.Key, one => one.Value.Kernel)));

    public static TheoryData<InstructionSet, string> Forward => KernelIsas.Cross(Kernels.Where(one => one.Value.Kernel is BatchNormForwardKernel).Select(one => one.Key));

    public static TheoryData<InstructionSet, string> Frozen => KernelIsas.Cross(Kernels.Where(one => one.Value.Kernel is FrozenBatchNormKernel).Select(one => one.Key));

    public static TheoryData<InstructionSet, string> Backward => KernelIsas.Cross(Kernels.Where(one => one.Value.Kernel is BatchNormBackwardKernel).Select(one => one.Key));

    [Theory]
    [MemberData(nameof(Forward))]
    public void Statistics_of_all_images_normalise_and_move_the_running_ones(InstructionSet set, string title)
    {
        (_, int positions, int blocks) = Kernels[title];
        int channels = blocks * Lanes;
        float[] gamma = Make("gamma", channels), beta = Make("beta", channels), running = Array.ConvertAll(Make("running", 2 * channels), Math.Abs);
        foreach (int images in new[] { 1, 2, 5 })
        {
            float[] stats = Sums(title, positions, images, channels);
            double count = (double)images * positions;
            var affine = new (double Value, double Error)[4 * channels];
            var moved = new (double Value, double Error)[2 * channels];
            for (int c = 0; c < channels; c++)
            {
                (double mean, double variance) = Statistics(stats, images, positions, channels, c);
                Record(affine, c, gamma[c], beta[c], mean, variance);
                int at = ChannelData.At(c, 2, 0);
                moved[at] = Once((1 - Momentum) * running[at] + Momentum * mean, Math.Abs(running[at]) + Math.Abs(mean));
                double unbiased = count > 1 ? variance * count / (count - 1) : variance;
                moved[at + Lanes] = Once((1 - Momentum) * running[at + Lanes] + Momentum * unbiased, running[at + Lanes] + unbiased);
            }

            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {images} images, guard {guard}, {title}";
                using var run = new KernelRun(Library.Value[set, title], guard);
                run.Input("stats", stats).Input("gamma", gamma).Input("beta", beta).InOut("running", running).Output("affine", 4 * channels).Number("images", images).Number("blocks", blocks).Number("positions", positions);
                Splits.ShouldNotMatter(blocks, where, ranges =>
                {
                    run.Forget("affine");
                    run.Set("running", running);
                    foreach ((int first, int last) in ranges) run.Call(first, last);
                    return [run["affine"], run["running"]];
                }, Enumerable.Repeat(KernelRun.Sentinel, 4 * channels).ToArray(), running);
                run.Set("running", running).Call(0, blocks);
                Judged(run["affine"], affine, where);
                Judged(run["running"], moved, where);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Frozen))]
    public void Running_statistics_normalise_a_frozen_layer(InstructionSet set, string title)
    {
        (_, _, int blocks) = Kernels[title];
        int channels = blocks * Lanes;
        float[] gamma = Make("gamma", channels), beta = Make("beta", channels), running = Array.ConvertAll(Make("running", 2 * channels), Math.Abs);
        var affine = new (double Value, double Error)[4 * channels];
        for (int c = 0; c < channels; c++) Record(affine, c, gamma[c], beta[c], running[ChannelData.At(c, 2, 0)], running[ChannelData.At(c, 2, 1)]);
        foreach (Guard guard in Enum.GetValues<Guard>())
        {
            string where = $"{set}, guard {guard}, {title}";
            using var run = new KernelRun(Library.Value[set, title], guard);
            run.Input("gamma", gamma).Input("beta", beta).Input("running", running).Output("affine", 4 * channels);
            Splits.ShouldNotMatter(blocks, where, ranges =>
            {
                run.Forget("affine");
                foreach ((int first, int last) in ranges) run.Call(first, last);
                return [run["affine"]];
            });
            run.Call(0, blocks);
            Judged(run["affine"], affine, where);
        }
    }

    [Theory]
    [MemberData(nameof(Backward))]
    public void Sums_of_all_images_become_gradients_and_slopes(InstructionSet set, string title)
    {
        (Kernel kernel, int positions, int blocks) = Kernels[title];
        var k = (BatchNormBackwardKernel)kernel;
        int channels = blocks * Lanes, vectors = k.Form == BackwardForm.Gated ? 5 : 2;
        float[] gamma = Make("gamma", channels), affine = Make("affine", 4 * channels), dgamma = Make("dgamma", channels), dbeta = Make("dbeta", channels);
        foreach (int images in new[] { 1, 2, 5 })
        {
            float[] sums = Make("sums", images * vectors * channels), gate = Make("gate", images * channels), pooled = Make("pooled", images * channels), mask = Make("mask", images * Lanes);
            double count = (double)images * positions;
            var slope = new (double Value, double Error)[3 * channels];
            var gammas = new (double Value, double Error)[channels];
            var betas = new (double Value, double Error)[channels];
            for (int c = 0; c < channels; c++)
            {
                double sum = 0, products = 0, sumSize = 0, productSize = 0;
                for (int n = 0; n < images; n++)
                {
                    double At(int vector) => sums[n * vectors * channels + ChannelData.At(c, vectors, vector)];
                    double s = gate[n * channels + c], q = pooled[n * channels + c];
                    (double First, double Second)[] terms = k.Form switch
                    {
                        BackwardForm.Gated => [(s * At(1), s * At(2)), (q * At(3), q * At(4))],
                        BackwardForm.Broadcast => [(q * At(0), q * At(1))],
                        _ => [((k.Mask ? mask[n * Lanes] : 1) * At(0), (k.Mask ? mask[n * Lanes] : 1) * At(1))],
                    };
                    sum += terms.Sum(term => term.First);
                    products += terms.Sum(term => term.Second);
                    sumSize += terms.Sum(term => Math.Abs(term.First));
                    productSize += terms.Sum(term => Math.Abs(term.Second));
                }

                double inverse = affine[ChannelData.At(c, 4, 3)], a = gamma[c] * inverse;
                slope[ChannelData.At(c, 3, 0)] = Once(a, 0);
                slope[ChannelData.At(c, 3, 1)] = Once(-a * sum / count, Math.Abs(a) * sumSize / count);
                slope[ChannelData.At(c, 3, 2)] = Once(-a * inverse * inverse * products / count, Math.Abs(a) * inverse * inverse * productSize / count);
                gammas[c] = Added(dgamma[c], products * inverse, productSize * Math.Abs(inverse));
                betas[c] = Added(dbeta[c], sum, sumSize);
            }

            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {images} images, guard {guard}, {title}";
                using var run = new KernelRun(Library.Value[set, title], guard);
                run.Input("sums", sums).Input("affine", affine).Input("gamma", gamma).Output("slope", 3 * channels).InOut("dgamma", dgamma).InOut("dbeta", dbeta).Number("images", images).Number("blocks", blocks).Number("positions", positions);
                if (k.Form == BackwardForm.Gated) run.Input("gate", gate);
                if (k.Form != BackwardForm.Map) run.Input("pooled", pooled);
                if (k.Mask) run.Input("mask", mask);
                Splits.ShouldNotMatter(blocks, where, ranges =>
                {
                    run.Forget("slope");
                    run.Set("dgamma", dgamma).Set("dbeta", dbeta);
                    foreach ((int first, int last) in ranges) run.Call(first, last);
                    return [run["slope"], run["dgamma"], run["dbeta"]];
                }, Enumerable.Repeat(KernelRun.Sentinel, 3 * channels).ToArray(), dgamma, dbeta);
                run.Set("dgamma", dgamma).Set("dbeta", dbeta).Call(0, blocks);
                Judged(run["slope"], slope, where);
                Judged(run["dgamma"], gammas, where);
                Judged(run["dbeta"], betas, where);
            }
        }
    }

    private static IEnumerable<ChannelCase> All()
    {
        foreach (int blocks in new[] { 1, 3 }) yield return new ChannelCase(new FrozenBatchNormKernel(Epsilon), 1, blocks);
        foreach ((int positions, int blocks) in Shapes)
        {
            yield return new ChannelCase(new BatchNormForwardKernel(Epsilon, Momentum), positions, blocks);
            foreach (BackwardForm form in Enum.GetValues<BackwardForm>())
            {
                yield return new ChannelCase(new BatchNormBackwardKernel(form, Mask: false), positions, blocks);
                if (form == BackwardForm.Map) yield return new ChannelCase(new BatchNormBackwardKernel(form, Mask: true), positions, blocks);
            }
        }
    }

    /// <summary>Sums of every image as a map of that many positions could have them: of a mean of 1000 in every other channel.</summary>
    private static float[] Sums(string title, int positions, int images, int channels)
    {
        float[] values = Make($"{title} stats", images * channels * 3);
        var stats = new float[values.Length];
        for (int n = 0; n < images; n++)
        {
            for (int c = 0; c < channels; c++)
            {
                int at = n * channels * 3 + ChannelData.At(c, 3, 0);
                float distance = positions == 1 ? 0 : values[at + Lanes];
                stats[at] = values[at] + (c % 2 == 0 ? 0 : 1000);
                stats[at + Lanes] = distance * positions;
                stats[at + 2 * Lanes] = positions == 1 ? 0 : (distance * distance + values[at + 2 * Lanes] * values[at + 2 * Lanes]) * positions;
            }
        }

        return stats;
    }

    /// <summary>Mean and biased variance from the sums: the mean of means, then distances of every image from it.</summary>
    private static (double Mean, double Variance) Statistics(float[] stats, int images, int positions, int channels, int c)
    {
        (double Mean, double Squares)[] own = Enumerable.Range(0, images).Select(n =>
        {
            int at = n * channels * 3 + ChannelData.At(c, 3, 0);
            double sum = stats[at + Lanes];
            return (stats[at] + sum / positions, stats[at + 2 * Lanes] - sum * sum / positions);
        }).ToArray();
        double mean = own.Average(one => one.Mean);
        return (mean, Math.Max(0, own.Sum(one => one.Squares + positions * (one.Mean - mean) * (one.Mean - mean)) / ((double)images * positions)));
    }

    private static void Record((double Value, double Error)[] affine, int c, double gamma, double beta, double mean, double variance)
    {
        double inverse = 1 / Math.Sqrt(variance + Epsilon), scale = gamma * inverse;
        // Distances of means near 1000 are differences: 1e-13 of their squares, over a variance no smaller than epsilon.
        double relative = 1e-9;
        affine[ChannelData.At(c, 4, 0)] = (scale, (1.01 * Bounds.Epsilon + relative) * Math.Abs(scale));
        affine[ChannelData.At(c, 4, 1)] = (beta - mean * scale, 1.01 * Bounds.Epsilon * Math.Abs(beta - mean * scale) + relative * (Math.Abs(beta) + Math.Abs(mean * scale)));
        affine[ChannelData.At(c, 4, 2)] = Once(mean, Math.Abs(mean));
        affine[ChannelData.At(c, 4, 3)] = (inverse, (1.01 * Bounds.Epsilon + relative) * inverse);
    }

    private static (double Value, double Error) Once(double value, double terms) => (value, 1.01 * Bounds.Epsilon * Math.Abs(value) + 100 * OfDouble * terms + Bounds.Tiny);

    /// <summary>A double that is rounded and added to a float.</summary>
    private static (double Value, double Error) Added(double before, double value, double terms) =>
        (before + value, 1.01 * Bounds.Epsilon * (Math.Abs(value) + Math.Abs(before + value)) + 100 * OfDouble * terms + Bounds.Tiny);

    private static void Judged(float[] actual, (double Value, double Error)[] expected, string where) =>
        Judge.Floats(actual, Array.ConvertAll(expected, one => one.Value), Array.ConvertAll(expected, one => one.Error), Data.Reals, where);

    private static float[] Make(string name, int floats) => Values.Make($"BatchNorm {name}", Data.Reals, [floats], 0, 0, 4).ToFloats();
}
