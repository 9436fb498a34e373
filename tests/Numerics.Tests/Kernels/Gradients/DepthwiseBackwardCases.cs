using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Numerics.Tests.Kernels.Gradients;

/// <summary>The depthwise backward kernels that are tested: every side of kernel, stride and padding, maps held whole and maps in rings, maps smaller than the kernel.</summary>
internal static class DepthwiseBackwardCases
{
    private const PaddingMode Same = PaddingMode.Same, Symmetric = PaddingMode.Symmetric;

    public static Dictionary<string, DepthwiseBackwardKernel> Sweep()
    {
        DepthwiseSource stored = new(false, ActivationKind.None, false), residual = stored with { Residual = true };
        DepthwiseBackwardKernel[] all =
        [
            // The kernels and strides of published networks, whole and in rings.
            Make(16, 7, 7, 3, 1, Symmetric, Normalised(ActivationKind.Silu)),
            Make(33, 7, 7, 5, 1, Same, Normalised(ActivationKind.Relu6)),
            Make(20, 14, 14, 3, 2, Symmetric, Normalised(ActivationKind.Silu)),
            Make(16, 14, 15, 5, 2, Same, Normalised(ActivationKind.Relu)),
            Make(18, 29, 28, 3, 1, Same, Normalised(ActivationKind.Silu), bias: true),
            Make(16, 30, 29, 5, 1, Symmetric, Normalised(ActivationKind.Relu6)),
            Make(33, 56, 57, 3, 2, Same, Normalised(ActivationKind.Silu)),
            Make(16, 55, 56, 3, 2, Symmetric, Normalised(ActivationKind.Relu), bias: true),
            Make(16, 40, 41, 5, 2, Same, Normalised(ActivationKind.Silu)),
            Make(16, 39, 40, 5, 2, Symmetric, Normalised(ActivationKind.Relu6)),
            Make(40, 12, 12, 3, 1, Symmetric, stored),
            Make(16, 32, 31, 3, 1, Same, residual, bias: true),
            Make(20, 33, 32, 5, 2, Symmetric, stored, bias: true),
            Make(16, 9, 8, 3, 2, Same, residual),
            // Every other side, at strides above it too.
            Make(16, 5, 6, 1, 1, Same, Normalised(ActivationKind.HardSwish)),
            Make(16, 5, 7, 1, 2, Symmetric, Normalised(ActivationKind.Relu)),
            Make(16, 6, 300, 1, 3, Symmetric, Normalised(ActivationKind.Relu), bias: true),
            Make(16, 7, 250, 2, 3, Same, stored),
            Make(16, 6, 5, 2, 1, Same, Normalised(ActivationKind.Relu6)),
            Make(16, 8, 9, 2, 2, Symmetric, residual, bias: true),
            Make(16, 11, 10, 3, 3, Same, Normalised(ActivationKind.Silu)),
            Make(16, 31, 33, 3, 3, Symmetric, Normalised(ActivationKind.Relu)),
            Make(16, 9, 10, 4, 1, Same, Normalised(ActivationKind.None)),
            Make(16, 30, 31, 4, 2, Symmetric, Normalised(ActivationKind.None)),
            Make(16, 26, 27, 5, 3, Same, Normalised(ActivationKind.HardSwish)),
            Make(16, 10, 9, 6, 3, Same, Normalised(ActivationKind.Relu)),
            Make(16, 12, 13, 7, 1, Symmetric, Normalised(ActivationKind.Silu)),
            Make(20, 24, 25, 7, 2, Same, Normalised(ActivationKind.Relu6), bias: true),
            Make(16, 22, 23, 8, 1, Same, stored),
            Make(16, 9, 9, 9, 1, Symmetric, Normalised(ActivationKind.Relu6)),
            Make(16, 29, 21, 9, 3, Same, Normalised(ActivationKind.Silu)),
            // Maps smaller than the kernel.
            Make(16, 1, 1, 3, 1, Symmetric, Normalised(ActivationKind.Silu)),
            Make(33, 1, 1, 5, 2, Same, Normalised(ActivationKind.Relu)),
            Make(16, 2, 1, 9, 3, Symmetric, Normalised(ActivationKind.Relu6)),
            Make(16, 2, 150, 9, 1, Same, Normalised(ActivationKind.Relu)),
            Make(16, 150, 3, 7, 2, Same, residual),
            Make(16, 3, 200, 7, 3, Symmetric, stored),
        ];
        return all.Select((kernel, i) => KeyValuePair.Create($"{i}_{kernel.Name}", kernel)).ToDictionary();
    }

    private static DepthwiseSource Normalised(ActivationKind activation) => new(true, activation, false);

    private static DepthwiseBackwardKernel Make(int channels, int height, int width, int kernel, int stride, PaddingMode padding, DepthwiseSource source, bool bias = false)
    {
        var input = new Shape(channels, height, width);
        (ConvolutionGeometry geometry, int rows, int columns) = ConvolutionGeometry.On(input, kernel, stride, padding);
        return new DepthwiseBackwardKernel { Input = input, Output = new Shape(channels, rows, columns), Geometry = geometry, Source = source, Bias = bias };
    }
}
