using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;

namespace EfficientNet.Numerics.Tests.Kernels.Gradients;

/// <summary>A gradient in panels: what it holds before, and padding that has to stay zero.</summary>
/// <param name="Panels">The layout.</param>
/// <param name="Weight">[N, K] before.</param>
/// <param name="Bias">[N] before.</param>
internal sealed record PanelGradients(PanelLayout Panels, Tensor Weight, Tensor Bias)
{
    public static PanelGradients Of(string title, PanelLayout panels, Data data) => new(
        panels,
        Values.Activations($"{title} dw", data, panels.Outputs, panels.Inputs),
        Values.Activations($"{title} db", data, panels.Outputs));

    public float[] Before() => Packed(Weight, Bias);

    /// <summary>Whole numbers to the bit, reals within their errors.</summary>
    public void ShouldBecome(float[] actual, Bounded weight, Bounded bias, Data data, string where)
    {
        // Each value's number, packed, says where it lies; 0 is padding.
        float[] numbers = Packed(Numbered(Weight, from: 1), Numbered(Bias, from: 1 + Weight.Data.Length));
        actual.Length.ShouldBe(numbers.Length, where);
        var weights = new float[Weight.Data.Length];
        var biases = new float[Bias.Data.Length];
        for (int i = 0; i < actual.Length; i++)
        {
            int number = (int)numbers[i] - 1;
            if (number < 0) BitConverter.SingleToInt32Bits(actual[i]).ShouldBe(0, $"{where}: padding, float {i}");
            else if (number < weights.Length) weights[number] = actual[i];
            else biases[number - weights.Length] = actual[i];
        }

        Judge.Floats(weights, weight.Value.Data, weight.Error.Data, data, $"{where}, weights");
        Judge.Floats(biases, bias.Value.Data, bias.Error.Data, data, $"{where}, biases");
    }

    private static Tensor Numbered(Tensor like, int from) => new(like.Shape, Enumerable.Range(from, like.Data.Length).Select(number => (double)number).ToArray());

    private float[] Packed(Tensor weight, Tensor bias)
    {
        var packed = new float[Packing.PanelFloats(Panels.OutputBlocks, Panels.Rows, Panels.PanelBlocks, Panels.Stride)];
        Packing.Panels(packed, weight, bias, Panels.PanelBlocks, Panels.Stride);
        return packed;
    }
}
