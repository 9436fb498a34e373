using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Gradients;

/// <summary>The gradient of a dense matrix over all images.</summary>
public class FullyConnectedGradientTests
{
    private static readonly Dictionary<string, PanelLayout> Matrices = new (int Inputs, int Outputs, int Panel)[]
    {
        (1, 1, 1), (3, 2, 1), (17, 16, 1), (30, 33, 3), (64, 100, 7), (5, 128, 8), (130, 257, 1), (31, 90, 6), (9, 50, 2), (20, 64, 4), (48, 8, 1), (8, 240, 5),
    }.ToDictionary(c => $"{c}", c => new PanelLayout(c.Inputs, c.Outputs, c.Panel));

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("FullyConnectedGradient", [KeyValuePair.Create<string, Kernel>(nameof(FullyConnectedGradientKernel), new FullyConnectedGradientKernel())]));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Matrices.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Products_over_images_are_added_to_the_gradient_however_the_panels_are_shared(InstructionSet set, string title)
    {
        PanelLayout matrix = Matrices[title];
        foreach (Data data in Enum.GetValues<Data>())
        {
            foreach (int images in new[] { 1, 2, 9 })
            {
                Tensor x = Values.Activations($"{title} x", data, images, matrix.Inputs);
                Tensor dy = Values.Activations($"{title} dy", data, images, matrix.Outputs);
                PanelGradients gradients = PanelGradients.Of(title, matrix, data);
                Bounded weight = OuterProducts.Weights(gradients.Weight, Bounded.Exact(x), dy, sums: 1);
                Bounded bias = OuterProducts.Biases(gradients.Bias, dy, sums: 1);
                foreach (Guard guard in Enum.GetValues<Guard>())
                {
                    string where = $"{set}, {data}, {images} images, guard {guard}, {title}";
                    using var run = new KernelRun(Library.Value[set, nameof(FullyConnectedGradientKernel)], guard);
                    run.Input("x", Images(x)).Input("dy", Images(dy)).Number("images", images).InOut("dw", gradients.Before());
                    foreach ((string name, int value) in FullyConnectedGradientKernel.Geometry(matrix)) run.Number(name, value);
                    Splits.ShouldNotMatter(matrix.Panels, where, ranges =>
                    {
                        run.Set("dw", gradients.Before());
                        foreach ((int first, int last) in ranges) run.Call(first, last);
                        return [run["dw"]];
                    }, gradients.Before());
                    run.Set("dw", gradients.Before()).Call(0, matrix.Panels);
                    gradients.ShouldBecome(run["dw"], weight, bias, data, where);
                }
            }
        }
    }

    /// <summary>Vectors of a batch, each in whole blocks.</summary>
    private static float[] Images(Tensor vectors)
    {
        int stride = MapLayout.Blocks(vectors.Channels) * MapLayout.Lanes;
        var packed = new float[vectors.Images * stride];
        for (int i = 0; i < vectors.Data.Length; i++) packed[i / vectors.Channels * stride + i % vectors.Channels] = (float)vectors.Data[i];
        return packed;
    }
}
