using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>The fully connected layer of one image, and the classifier of many.</summary>
public class FullyConnectedTests
{
    private static readonly Dictionary<string, FullyConnectedKernel> Kernels = new (int Reduction, int Outputs, int Panel)[]
    {
        (1, 1, 1), (3, 2, 1), (17, 16, 1), (30, 33, 3), (64, 100, 7), (5, 128, 8), (130, 257, 1), (1280, 80, 5), (31, 90, 6), (9, 50, 2), (20, 64, 4),
    }.Select(shape => new FullyConnectedKernel(shape.Reduction, shape.Outputs, shape.Panel)).ToDictionary(kernel => kernel.Name);

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("FullyConnected", Kernels.Values
        .SelectMany(kernel => new Kernel[] { kernel, new ClassifierKernel(kernel) }).ToDictionary(kernel => kernel.Name)));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Kernels.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Outputs_are_bias_and_products_however_the_panels_are_shared(InstructionSet set, string title)
    {
        FullyConnectedKernel kernel = Kernels[title];
        foreach (Data data in Enum.GetValues<Data>())
        {
            Problem problem = Problem.Of(title, kernel, data, images: 1);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {data}, guard {guard}, {title}";
                using var run = new KernelRun(Library.Value[set, title], guard);
                // Exactly as many inputs as there are: they are read one by one.
                run.Input("x", problem.Features).Input("weights", problem.Packed).Output("y", MapLayout.Blocks(kernel.Outputs) * MapLayout.Lanes);
                ShouldNotDependOnSplits(run, kernel, where);
                Judge.Map(run["y"], problem.Expected, data, where);
            }
        }
    }

    /// <summary>One image more and less than the kernel takes at once, and rows of logits that lie side by side: nothing may be written beyond a row.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void Logits_of_every_image_are_bias_and_products(InstructionSet set, string title)
    {
        var classifier = new ClassifierKernel(Kernels[title]);
        foreach (Data data in Enum.GetValues<Data>())
        {
            foreach (int images in new[] { 1, ClassifierKernel.ImagesAtOnce - 1, ClassifierKernel.ImagesAtOnce, (2 * ClassifierKernel.ImagesAtOnce) + 1 })
            {
                Problem problem = Problem.Of(title, classifier.FullyConnected, data, images);
                foreach (Guard guard in Enum.GetValues<Guard>())
                {
                    string where = $"{set}, {data}, guard {guard}, {images} images, {title}";
                    using KernelRun run = Classify(set, classifier, problem.Features, images, problem.Packed, guard);
                    ShouldNotDependOnSplits(run, classifier.FullyConnected, where);
                    Judge.Floats(run["y"], problem.Expected.Value.Data, problem.Expected.Error.Data, data, where);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_images_logits_have_the_same_bits_alone_and_among_others(InstructionSet set, string title)
    {
        const int Images = (2 * ClassifierKernel.ImagesAtOnce) + 1;
        var classifier = new ClassifierKernel(Kernels[title]);
        int reduction = classifier.FullyConnected.Reduction, outputs = classifier.FullyConnected.Outputs;
        Problem problem = Problem.Of(title, classifier.FullyConnected, Data.Reals, Images);
        using KernelRun all = Classify(set, classifier, problem.Features, Images, problem.Packed, Guard.After);
        all.Call(0, classifier.FullyConnected.Panels);
        for (int image = 0; image < Images; image++)
        {
            using KernelRun one = Classify(set, classifier, problem.Features.AsSpan(image * reduction, reduction).ToArray(), 1, problem.Packed, Guard.After);
            one.Call(0, classifier.FullyConnected.Panels);
            one["y"].ShouldBeBitwise(all["y"].AsSpan(image * outputs, outputs).ToArray(), $"{set}, {title}, image {image}");
        }
    }

    private static KernelRun Classify(InstructionSet set, ClassifierKernel kernel, float[] features, int images, float[] packed, Guard guard) =>
        new KernelRun(Library.Value[set, kernel.Name], guard).Input("x", features).Number("images", images).Input("weights", packed)
            .Output("y", images * kernel.FullyConnected.Outputs).Output("scratch", kernel.ScratchFloats);

    private static void ShouldNotDependOnSplits(KernelRun run, FullyConnectedKernel kernel, string where)
    {
        Splits.ShouldNotMatter(kernel.Panels, where, ranges =>
        {
            run.Forget("y");
            foreach ((int first, int last) in ranges) run.Call(first, last);
            return [run["y"]];
        });
        run.Call(0, kernel.Panels);
    }

    private sealed record Problem(float[] Features, float[] Packed, Bounded Expected)
    {
        public static Problem Of(string title, FullyConnectedKernel kernel, Data data, int images)
        {
            Tensor x = Values.Activations($"{title} x", data, images, kernel.Reduction, 1, 1);
            Tensor weight = Values.Weights($"{title} w", data, kernel.Outputs, kernel.Reduction, 1, 1);
            Tensor bias = Values.Activations($"{title} b", data, kernel.Outputs);
            var packed = new float[kernel.Panels * kernel.PanelStride];
            Packing.Panels(packed, weight, bias, kernel.PanelBlocks, kernel.PanelStride);
            return new(x.ToFloats(), packed, Bounds.Convolve(Bounded.Exact(x), weight, bias, ConvolutionGeometry.Pointwise, depthwise: false, 1, 1));
        }
    }
}
