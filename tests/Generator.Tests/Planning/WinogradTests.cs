using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Planning;
using EfficientNet.Compiler.Planning.Training;
using EfficientNet.Compiler.Tests.Graph;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Planning;

/// <summary>Which dense convolutions are made by Winograd's tiles, and how these are cut.</summary>
public class WinogradTests
{
    [Theory]
    [InlineData("V2B0")]
    [InlineData("V2B1")]
    [InlineData("V2B2")]
    [InlineData("V2B3")]
    [InlineData("V2S")]
    [InlineData("V2M")]
    [InlineData("V2L")]
    public void Of_a_published_network_all_of_stride_1_are_and_the_others_are_not(string name)
    {
        FusedMBConvKernel[] kernels = [.. Kernels(PublishedNetwork.Of(name).Plan())];
        kernels.Select(kernel => kernel.Inputs.Geometry.Stride).Distinct().Order().ShouldBe([1, 2]);
        foreach (FusedMBConvKernel kernel in kernels) (kernel.Inputs is WinogradInputKernel).ShouldBe(kernel.Inputs.Geometry.Stride == 1, kernel.Name);
    }

    [Theory]
    [InlineData("V2B0")]
    [InlineData("V2S")]
    public void A_training_step_makes_the_same_ones_by_tiles_and_both_their_gradients(string name)
    {
        CompiledPlan plan = NetworkCompiler.Plan(PublishedNetwork.Of(name).Spec() with { Training = true }, CancellationToken.None);
        int tiled = Kernels(plan).Count(kernel => kernel.Inputs is WinogradInputKernel), others = Kernels(plan).Count() - tiled;
        KernelCall[] calls = [.. plan.Step!.Calls];
        FusedMBConvKernel[] dense = [.. calls.Select(call => call.Kernel).OfType<FusedMBConvKernel>()];
        dense.Count(kernel => kernel.Inputs is WinogradInputKernel).ShouldBe(2 * tiled, "forward, and the gradient of the input");
        dense.Count(kernel => kernel.Inputs is TapsKernel).ShouldBe(others);
        calls.Count(call => call.Kernel is ConvolutionInputGradientKernel).ShouldBe(others);
        calls.Count(call => call.Kernel is ConvolutionWeightGradientKernel).ShouldBe(others);
        calls.Count(call => call.Kernel is WinogradWeightGradientKernel).ShouldBe(tiled);
        calls.Count(call => call.Kernel is WinogradTapsGradientKernel).ShouldBe(tiled);

        // Each multiplies weights of its own, made just before.
        KernelCall[] made = [.. calls.Where(call => call.Kernel is WinogradWeightsKernel)];
        made.Length.ShouldBe(2 * tiled);
        foreach (KernelCall weights in made)
        {
            calls.SkipWhile(call => call != weights).First(call => call.Kernel is FusedMBConvKernel).Operands[1].ShouldBe(weights.Operands[1], weights.Name);
        }
    }

    [Theory]
    [InlineData(3, 1, 16, 16, 15, true)]
    [InlineData(3, 1, 4, 4, 8, true)]
    [InlineData(3, 1, 4, 4, 3, false)]
    [InlineData(3, 1, 64, 256, 1, false)]
    [InlineData(3, 2, 64, 256, 56, false)]
    [InlineData(5, 1, 64, 256, 56, false)]
    public void Tiles_are_chosen_where_they_need_less_work(int kernel, int stride, int inputs, int outputs, int side, bool tiles) =>
        Winograd.Pays(Convolution(kernel, stride, inputs, outputs, side)).ShouldBe(tiles);

    /// <summary>Transforms are those of the channels on both sides, and copies those of the side that is read: on odd maps the directions differ.</summary>
    [Theory]
    [InlineData(3, 16, 64, 3, false, true, false)]
    [InlineData(3, 16, 16, 15, true, true, true)]
    [InlineData(3, 16, 64, 2, true, true, false)]
    [InlineData(3, 16, 64, 4, true, true, true)]
    [InlineData(5, 16, 64, 56, false, false, false)]
    public void Each_product_of_a_training_step_is_counted_by_itself(int kernel, int inputs, int outputs, int side, bool forward, bool input, bool weights)
    {
        ConvolutionOp c = Convolution(kernel, 1, inputs, outputs, side);
        (Winograd.Pays(c), Winograd.PaysForInputGradient(c), Winograd.PaysForWeightGradient(c)).ShouldBe((forward, input, weights));
    }

    [Fact]
    public void Bands_have_whole_rows_of_tiles_and_the_last_one_ends_with_the_map()
    {
        foreach (int side in Enumerable.Range(1, 70))
        {
            foreach (int most in new[] { 1, 3, 1000 })
            {
                WinogradInputKernel kernel = WinogradInputKernel.InBands(new Shape(24, side, side + 1), tiles => tiles.TileRows <= most);
                (kernel.Rows % 2).ShouldBe(0);
                kernel.TileRows.ShouldBeLessThanOrEqualTo(Math.Max(1, most));
                ((kernel.Bands - 1) * kernel.Rows + kernel.LastRows).ShouldBe(side);
                kernel.LastRows.ShouldBeInRange(kernel.Rows - side % 2, kernel.Rows);
            }
        }
    }

    /// <summary>With an even number of lines between them a tile's sixteen places would fall into few sets of a cache.</summary>
    [Fact]
    public void Points_lie_an_odd_number_of_lines_apart()
    {
        for (int tiles = 1; tiles < 100; tiles++) (Winograd.PointFloats(blocks: 2, tiles) / MapLayout.Lanes % 2).ShouldBe(1);
    }

    private static IEnumerable<FusedMBConvKernel> Kernels(CompiledPlan plan) => plan.Execution.Steps.OfType<FusedMBConvStep>().Select(step => step.Fused);

    private static ConvolutionOp Convolution(int kernel, int stride, int inputs, int outputs, int side)
    {
        CompiledPlan plan = NetworkCompiler.Plan(Specs.Valid($$"""
            {"name": "N", "resolution": {{2 * side}}, "rounding": {"divisor": 4}, "stem": {"channels": {{inputs}}}, "classes": 2,
             "stages": [{"block": "fused", "kernel": {{kernel}}, "stride": {{stride}}, "expansion": {{outputs / inputs}}, "channels": {{inputs}}, "repeats": 1}]}
            """), CancellationToken.None);
        return plan.Inference.Ops.OfType<ConvolutionOp>().Single(op => plan.Inference.IsFused(op));
    }
}
