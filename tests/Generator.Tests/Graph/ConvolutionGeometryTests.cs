using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Tests.Graph;

public class ConvolutionGeometryTests
{
    /// <summary>
    /// TensorFlow's padding of the convolutions of stride 2 at each variant's resolution: stem, stages 2, 3, 4 and 6, each
    /// as zeros before and after.
    /// </summary>
    [Theory]
    [InlineData("B0", "(0,1)(0,1)(1,2)(0,1)(1,2)")]
    [InlineData("B1", "(0,1)(0,1)(1,2)(0,1)(2,2)")]
    [InlineData("B2", "(0,1)(0,1)(2,2)(1,1)(2,2)")]
    [InlineData("B3", "(0,1)(0,1)(2,2)(0,1)(2,2)")]
    [InlineData("B4", "(0,1)(0,1)(2,2)(0,1)(1,2)")]
    [InlineData("B5", "(0,1)(0,1)(1,2)(1,1)(2,2)")]
    [InlineData("B6", "(0,1)(0,1)(1,2)(0,1)(2,2)")]
    [InlineData("B7", "(0,1)(0,1)(1,2)(1,1)(1,2)")]
    public void Same_padding_of_strided_convolutions_is_TensorFlows(string name, string expected)
    {
        ConvolutionOp[] strided = PublishedNetwork.Of(name).Network("tensorflow").Ops.OfType<ConvolutionOp>().Where(c => c.Geometry.Stride == 2).ToArray();
        string.Concat(strided.Select(Padding)).ShouldBe(expected);
        strided.ShouldAllBe(c => c.Geometry.PadTop == c.Geometry.PadLeft);
    }

    [Theory]
    [InlineData("torchvision")]
    [InlineData("timm")]
    public void Symmetric_padding_is_half_the_kernel_whatever_the_stride(string convention)
    {
        ConvolutionOp[] convolutions = PublishedNetwork.Of("B2").Network(convention).Ops.OfType<ConvolutionOp>().ToArray();
        convolutions.Select(c => c.Geometry.Kernel).Distinct().Order().ShouldBe([1, 3, 5]);
        convolutions.ShouldAllBe(c => c.Geometry.PadTop == (c.Geometry.Kernel - 1) / 2 && c.Geometry.PadLeft == (c.Geometry.Kernel - 1) / 2);
    }

    [Fact]
    public void A_stride_of_one_keeps_the_size_whatever_the_padding()
    {
        foreach ((int kernel, int stride, int size) in Cases().Where(shape => shape.Stride == 1))
        {
            foreach (PaddingMode padding in Enum.GetValues<PaddingMode>())
            {
                (ConvolutionGeometry geometry, int height, int width) = ConvolutionGeometry.On(new Shape(8, size, size + 3), kernel, stride, padding);
                geometry.ShouldBe(new ConvolutionGeometry(kernel, 1, (kernel - 1) / 2, (kernel - 1) / 2), $"{kernel} on {size}");
                (height, width).ShouldBe((size, size + 3));
            }
        }
    }

    /// <summary>The output's size counted in another way than by the formula: positions at which the kernel may stand.</summary>
    [Fact]
    public void Symmetric_sizes_are_the_places_where_the_kernel_fits()
    {
        foreach ((int kernel, int stride, int size) in Cases())
        {
            int pad = (kernel - 1) / 2;
            int places = 0;
            for (int at = -pad; at + kernel <= size + pad; at += stride) places++;
            ConvolutionGeometry.On(new Shape(1, size, size), kernel, stride, PaddingMode.Symmetric).Height.ShouldBe(places, $"{kernel}/{stride} on {size}");
        }
    }

    /// <summary>TF-SAME as it is defined: every stride-th input position has one output, and zeros are as few as can be, the smaller half first.</summary>
    [Fact]
    public void Same_sizes_and_zeros_follow_the_definition()
    {
        foreach ((int kernel, int stride, int size) in Cases())
        {
            (ConvolutionGeometry geometry, int output, _) = ConvolutionGeometry.On(new Shape(1, size, size), kernel, stride, PaddingMode.Same);
            string name = $"{kernel}/{stride} on {size}";
            output.ShouldBe(Enumerable.Range(0, size).Count(position => position % stride == 0), name);
            int zeros = 0;
            while (size + zeros < (output - 1) * stride + kernel) zeros++;
            geometry.PadTop.ShouldBe(zeros / 2, name);
        }
    }

    [Fact]
    public void Rows_and_columns_are_independent()
    {
        (ConvolutionGeometry geometry, int height, int width) = ConvolutionGeometry.On(new Shape(3, 8, 7), 3, 2, PaddingMode.Same);
        geometry.ShouldBe(new ConvolutionGeometry(3, 2, PadTop: 0, PadLeft: 1));
        (height, width).ShouldBe((4, 4));
    }

    private static IEnumerable<(int Kernel, int Stride, int Size)> Cases() =>
        from kernel in new[] { 1, 3, 5, 7, 9 }
        from stride in new[] { 1, 2 }
        from size in Enumerable.Range(1, 60)
        select (kernel, stride, size);

    private static string Padding(ConvolutionOp c)
    {
        int low = c.Geometry.PadTop;
        int high = Math.Max(0, (c.Output.Height - 1) * c.Geometry.Stride + c.Geometry.Kernel - c.InputShape.Height - low);
        return $"({low},{high})";
    }
}
