using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Reference.Gradients;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Training;

/// <summary>Losses and the gradients of their logits.</summary>
public class LossTests
{
    private const int Images = 3;

    private static readonly int[] Classes = [1, 2, 3, 5, 10, 15, 16, 17, 33, 1000];

    private static readonly Dictionary<string, Kernel> Kernels =
        Classes.SelectMany(count => new Kernel[] { new SoftmaxCrossEntropyKernel(count), new BinaryCrossEntropyKernel(count) }).ToDictionary(kernel => kernel.Name);

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("Loss", Kernels));

    public static TheoryData<InstructionSet, int> Counts
    {
        get
        {
            var rows = new TheoryData<InstructionSet, int>();
            foreach (InstructionSet set in KernelIsas.Sets)
            {
                foreach (int count in Classes) rows.Add(set, count);
            }

            return rows;
        }
    }

    public static TheoryData<string> References => OperationCase.Named("softmax_cross_entropy");

    [Theory]
    [MemberData(nameof(Counts))]
    public void Softmax_cross_entropy_is_rounded_once(InstructionSet set, int classes)
    {
        foreach (float smoothing in new[] { 0f, 0.1f, 1f })
        {
            foreach (float scale in new[] { 0f, 1e-3f, 8f, 500f, 1e30f })
            {
                Tensor logits = Values.Make($"{classes} classes", Data.Reals, [Images, classes], 0, 0, scale);
                int[] labels = Enumerable.Range(0, Images).Select(image => image * 7 % classes).ToArray();
                Check(set, new SoftmaxCrossEntropyKernel(classes), logits, OneHot(labels, classes), smoothing,
                    image => new SoftmaxLoss([labels[image]], smoothing), $"{set}, {classes} classes, smoothing {smoothing}, scale {scale}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void Softmax_cross_entropy_takes_mixed_targets(InstructionSet set, int classes)
    {
        foreach (float smoothing in new[] { 0f, 0.1f })
        {
            Tensor logits = Values.Make($"{classes} classes", Data.Reals, [Images, classes], 0, 0, 8);
            Tensor targets = Values.Make($"{classes} targets", Data.Reals, [Images, classes], 0, 0, 1).Map(value => (float)Math.Abs(value));
            Check(set, new SoftmaxCrossEntropyKernel(classes), logits, targets.ToFloats(), smoothing,
                image => new MixedSoftmaxLoss(Row(targets, image), smoothing), $"{set}, {classes} classes, mixed, smoothing {smoothing}");
        }
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void Fewer_classes_than_compiled_are_a_smaller_loss(InstructionSet set, int compiled)
    {
        int classes = (compiled + 1) / 2, padded = MapLayout.Blocks(compiled) * MapLayout.Lanes;
        Tensor all = Values.Make($"{compiled} classes", Data.Reals, [Images, compiled], 0, 0, 8);
        var used = new Tensor(Images, classes);
        for (int i = 0; i < used.Data.Length; i++) used.Data[i] = all.Data[i / classes * compiled + i % classes];
        float[] targets = OneHot([0, classes - 1, classes / 2], compiled);
        foreach (Kernel kernel in new Kernel[] { new SoftmaxCrossEntropyKernel(compiled), new BinaryCrossEntropyKernel(compiled) })
        {
            using KernelRun run = Fill(set, kernel, Guard.After, all, targets, smoothing: 0.1f, factor: 1, classes);
            run.Call(0, Images);
            for (int image = 0; image < Images; image++)
            {
                Tensor row = Row(used, image), target = new([1, classes], targets.AsSpan(image * compiled, classes).ToArray().Select(value => (double)value).ToArray());
                TrainingLoss loss = kernel is SoftmaxCrossEntropyKernel ? new MixedSoftmaxLoss(target, 0.1f) : new BinaryLoss(target);
                run["loss"][image].ShouldBe((float)loss.Forward(row), 1e-6 + 4 * Bounds.Epsilon * Math.Abs(loss.Forward(row)), $"{set}, {kernel.Name}");
                double[] expected = loss.Gradient(row).Data;
                for (int c = 0; c < padded; c++)
                    Math.Abs(run["gradient"][image * padded + c] - (c < classes ? expected[c] : 0)).ShouldBeWithin(c < classes ? 2 * Bounds.Epsilon : 0, $"{set}, {kernel.Name}, class {c}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public void Binary_cross_entropy_is_rounded_once(InstructionSet set, int classes)
    {
        foreach (float scale in new[] { 0f, 1e-3f, 8f, 500f, 1e30f })
        {
            Tensor logits = Values.Make($"{classes} classes", Data.Reals, [Images, classes], 0, 0, scale);
            Tensor targets = Values.Make($"{classes} targets", Data.Reals, [Images, classes], 0, 0, 1).Map(value => (float)Math.Clamp(2 * value + 0.5, 0, 1));
            Check(set, new BinaryCrossEntropyKernel(classes), logits, targets.ToFloats(), smoothing: 0.1f,
                image => new BinaryLoss(Row(targets, image)), $"{set}, {classes} classes, scale {scale}");
        }
    }

    [SharedTheory]
    [MemberData(nameof(References))]
    public void Softmax_cross_entropy_is_PyTorchs(string name)
    {
        OperationCase given = OperationCase.Read(name);
        Tensor x = given["x"];
        float[] labels = OneHot(given.Attributes.GetProperty("targets").EnumerateArray().Select(target => target.GetInt32()).ToArray(), x.Channels);
        var smoothing = (float)given.Attributes.GetProperty("label_smoothing").GetDouble();
        double upstream = given["grad_y"].Data.ShouldHaveSingleItem();
        foreach (InstructionSet set in KernelIsas.Sets)
        {
            using var run = Fill(set, new SoftmaxCrossEntropyKernel(x.Channels), Guard.After, x, labels, smoothing, (float)(upstream / x.Images));
            run.Call(0, x.Images);
            // Three floats are rounded here that are not there: smoothing, the factor, and every loss before their mean.
            double largest = x.Data.Max(Math.Abs);
            run["loss"].Average(value => (double)value).ShouldBe(given["y"].Data[0], 4 * Bounds.Epsilon * (Math.Abs(given["y"].Data[0]) + smoothing * largest) + 1e-14 * largest, $"{set}");
            double[] expected = Padded(given["grad_x"]);
            double factor = Math.Abs(upstream) / x.Images;
            Judge.Floats(run["gradient"], expected, Array.ConvertAll(expected, value => value == 0 ? 0 : 4 * Bounds.Epsilon * (Math.Abs(value) + factor)), Data.Reals, $"{set}");
        }
    }

    /// <summary>
    /// In double with 2⁻⁵³ a difference of logits d makes e^d off by d · 2⁻⁵³ of itself, and d below −745 counts as nothing: 2e-13. Sums and differences
    /// of what is at most the distance of the logits cost as much of that. The rounding to float is the rest.
    /// </summary>
    private static void Check(InstructionSet set, Kernel kernel, Tensor logits, float[] targets, float smoothing, Func<int, TrainingLoss> loss, string where)
    {
        const float Factor = 1f / Images;
        int classes = logits.Channels;
        double distance = logits.Data.Max() - logits.Data.Min();
        foreach (Guard guard in Enum.GetValues<Guard>())
        {
            using KernelRun run = Fill(set, kernel, guard, logits, targets, smoothing, Factor);
            Splits.ShouldNotMatter(Images, where, ranges =>
            {
                run.Forget("loss");
                run.Forget("gradient");
                foreach ((int first, int last) in ranges) run.Call(first, last);
                return [run["loss"], run["gradient"]];
            });
            run.Call(0, Images);
            var expected = new Tensor(Images, classes);
            for (int image = 0; image < Images; image++)
            {
                Tensor row = Row(logits, image);
                double exact = loss(image).Forward(row);
                Math.Abs(run["loss"][image] - exact).ShouldBeWithin(1.01 * Bounds.Epsilon * Math.Abs(exact) + 1e-13 * (1 + Math.Abs(exact)) + 1e-14 * distance, $"{where}: loss {image}");
                loss(image).Gradient(row).Map(value => value * Factor).Data.CopyTo(expected.Data, image * classes);
            }

            double[] padded = Padded(expected);
            double[] errors = Padded(expected.Map(value => 1.01 * Bounds.Epsilon * Math.Abs(value) + 3e-13 * Factor));
            Judge.Floats(run["gradient"], padded, errors, Data.Reals, where);
        }
    }

    private static KernelRun Fill(InstructionSet set, Kernel kernel, Guard guard, Tensor logits, float[] targets, float smoothing, float factor, int? classes = null)
    {
        float[] padded = Packing.Floats(Padded(logits));
        return new KernelRun(Library.Value[set, kernel.Name], guard).Input("logits", padded).Input("targets", targets).Input("options", [smoothing, factor, classes ?? logits.Channels])
            .Output("loss", logits.Images).Output("gradient", padded.Length);
    }

    private static float[] OneHot(int[] labels, int classes)
    {
        var targets = new float[labels.Length * classes];
        for (int image = 0; image < labels.Length; image++) targets[image * classes + labels[image]] = 1;
        return targets;
    }

    private static Tensor Row(Tensor rows, int image) => new([1, rows.Channels], rows.Data.AsSpan(image * rows.Channels, rows.Channels).ToArray());

    /// <summary>Rows in whole blocks of 16.</summary>
    private static double[] Padded(Tensor rows)
    {
        int stride = MapLayout.Blocks(rows.Channels) * MapLayout.Lanes;
        var padded = new double[rows.Images * stride];
        for (int i = 0; i < rows.Data.Length; i++) padded[i / rows.Channels * stride + i % rows.Channels] = rows.Data[i];
        return padded;
    }
}
