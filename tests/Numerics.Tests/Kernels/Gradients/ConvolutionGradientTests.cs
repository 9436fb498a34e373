using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Reference.Gradients;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Gradients;

/// <summary>Gradients of a dense convolution: of its weights and biases, and of the map that it reads.</summary>
public class ConvolutionGradientTests
{
    private static readonly Dictionary<string, Case> Sweep = Shapes().ToDictionary(one => one.Title);

    private static readonly Lazy<KernelLibrary> Library = new(() => KernelLibrary.Of("ConvolutionGradient", Sweep.Values.SelectMany(one => new[]
    {
        KeyValuePair.Create(one.Title, (Kernel)one.Weights), KeyValuePair.Create(one.InputTitle, (Kernel)one.Input),
    })));

    public static TheoryData<InstructionSet, string> Cases => KernelIsas.Cross(Sweep.Keys);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Weights_get_the_sum_of_all_products_however_the_panels_are_shared(InstructionSet set, string title)
    {
        ConvolutionWeightGradientKernel kernel = Sweep[title].Weights;
        (TapsKernel taps, int size) = (kernel.Taps, kernel.Taps.Geometry.Kernel);
        foreach (Data data in Enum.GetValues<Data>())
        {
            Tensor x = Values.Activations($"{title} x", data, 1, taps.Source.Channels, taps.Source.Height, taps.Source.Width);
            Tensor dy = Values.Activations($"{title} dy", data, 1, kernel.Outputs, taps.Height, taps.Width);
            Tensor before = Values.Activations($"{title} dw", data, kernel.Outputs, taps.Source.Channels, size, size), beforeBias = Values.Activations($"{title} db", data, kernel.Outputs);
            // An output counts in no more roundings than a band has, and each band is added once.
            double roundings = (taps.Positions + taps.Bands + 2) * Bounds.Epsilon;
            Tensor magnitude = dy.Map(value => roundings * Math.Abs(value));
            Tensor dw = Sum(before, ConvolutionGradient.OfWeight(x, dy, taps.Geometry, depthwise: false), 1);
            Tensor error = Sum(ConvolutionGradient.OfWeight(x.Map(Math.Abs), magnitude, taps.Geometry, depthwise: false), before.Map(Math.Abs), (taps.Bands + 1) * Bounds.Epsilon);
            Tensor db = Sum(beforeBias, ConvolutionGradient.OfBias(dy), kernel.HasBias ? 1 : 0);
            Tensor biasError = Sum(ConvolutionGradient.OfBias(magnitude), beforeBias.Map(Math.Abs), (taps.Bands + 1) * Bounds.Epsilon).Map(value => kernel.HasBias ? value : 0);
            float[] given = Packing.Floats(Pack(kernel, before, beforeBias));
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {data}, guard {guard}, {title}";
                using var run = new KernelRun(Library.Value[set, title], guard);
                run.Input("x", Packing.MapFloats(x)).Input("dy", Packing.MapFloats(dy)).InOut("dw", given).Output("scratch", kernel.ScratchFloats);
                Splits.ShouldNotMatter(kernel.Panels, where, ranges =>
                {
                    run.Set("dw", given);
                    foreach ((int first, int last) in ranges)
                    {
                        run.Forget("scratch");
                        run.Call(first, last);
                    }

                    return [run["dw"]];
                }, given);
                run.Set("dw", given).Call(0, kernel.Panels);
                Judge.Floats(run["dw"], Pack(kernel, dw, db), Pack(kernel, error, biasError), data, where);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_input_gets_the_sum_over_the_outputs_that_read_it_however_the_rows_are_shared(InstructionSet set, string title)
    {
        ConvolutionInputGradientKernel kernel = Sweep[title].Input;
        (Shape input, Shape output, int size) = (kernel.Input, kernel.Output, kernel.Geometry.Kernel);
        foreach (Data data in Enum.GetValues<Data>())
        {
            Tensor dy = Values.Activations($"{title} input dy", data, 1, output.Channels, output.Height, output.Width);
            Tensor weight = Values.Weights($"{title} input w", data, output.Channels, input.Channels, size, size);
            Tensor shortcut = Values.Activations($"{title} residual", data, 1, input.Channels, input.Height, input.Width).Map(value => kernel.Residual ? value : 0);
            // Products of a tap are summed first, then taps and residual.
            double roundings = (output.Channels + size * size + 2) * Bounds.Epsilon;
            Tensor expected = Sum(shortcut, ConvolutionGradient.OfInput(dy, weight, input, kernel.Geometry, depthwise: false), 1);
            Tensor errors = Sum(
                ConvolutionGradient.OfInput(dy.Map(value => roundings * Math.Abs(value)), weight.Map(Math.Abs), input, kernel.Geometry, depthwise: false),
                shortcut.Map(Math.Abs), (size * size + 1) * Bounds.Epsilon);
            foreach (Guard guard in Enum.GetValues<Guard>())
            {
                string where = $"{set}, {data}, guard {guard}, {title}";
                using var run = new KernelRun(Library.Value[set, Sweep[title].InputTitle], guard);
                run.Input("dy", Packing.MapFloats(dy)).Input("t", Transposed(kernel, weight)).Output("dx", MapLayout.Floats(input)).Output("scratch", kernel.ScratchFloats);
                if (kernel.Residual) run.Input("residual", Packing.MapFloats(shortcut));
                Splits.ShouldNotMatter(input.Height, where, ranges =>
                {
                    run.Forget("dx");
                    foreach ((int first, int last) in ranges)
                    {
                        run.Forget("scratch");
                        run.Call(first, last);
                    }

                    return [run["dx"]];
                });
                run.Call(0, input.Height);
                Judge.Map(run["dx"], new Bounded(expected, errors), data, where);
            }
        }
    }

    /// <summary>Panels of a matrix from outputs to taps, without bias.</summary>
    private static float[] Transposed(ConvolutionInputGradientKernel kernel, Tensor weight)
    {
        int blocks = MapLayout.Blocks(kernel.Input.Channels) * MapLayout.Lanes, rows = kernel.Geometry.Kernel * kernel.Geometry.Kernel * blocks;
        Tensor taps = Packing.TapsFirst(weight, blocks);
        var transposed = new Tensor(rows, kernel.Reduction);
        for (int o = 0; o < kernel.Output.Channels; o++)
        {
            for (int k = 0; k < rows; k++) transposed.Data[k * kernel.Reduction + o] = taps.Data[o * rows + k];
        }

        var packed = new float[kernel.Geometry.Kernel * kernel.Panels * kernel.PanelStride];
        Packing.Panels(packed, transposed, new Tensor(rows), kernel.PanelBlocks, kernel.PanelStride);
        return packed;
    }

    /// <summary>Panels of doubles: [panel][bias, ky, kx, channel][outputs of the panel]; what pads the channels of a tap stays zero.</summary>
    private static double[] Pack(ConvolutionWeightGradientKernel kernel, Tensor weight, Tensor bias)
    {
        int panel = kernel.PanelBlocks * MapLayout.Lanes, reduction = kernel.Taps.Reduction;
        Tensor taps = Packing.TapsFirst(weight, kernel.Taps.Channels);
        var packed = new double[kernel.Panels * kernel.PanelStride];
        for (int o = 0; o < kernel.Outputs; o++)
        {
            int at = o / panel * kernel.PanelStride + o % panel;
            packed[at] = bias.Data[o];
            for (int k = 0; k < reduction; k++) packed[at + (k + 1) * panel] = taps.Data[o * reduction + k];
        }

        return packed;
    }

    private static Tensor Sum(Tensor a, Tensor b, double factor) => new(a.Shape, a.Data.Zip(b.Data, (x, y) => x + factor * y).ToArray());

    private static IEnumerable<Case> Shapes()
    {
        const PaddingMode same = PaddingMode.Same, symmetric = PaddingMode.Symmetric;
        (int Inputs, int Height, int Width, int Outputs, int Kernel, int Stride, PaddingMode Padding, int Rows, int Panel, int InputPanel, bool More)[] shapes =
        [
            (1, 1, 1, 1, 3, 1, symmetric, 1, 1, 3, true), (16, 7, 7, 16, 3, 1, symmetric, 7, 1, 3, false), (24, 12, 9, 50, 3, 2, symmetric, 2, 2, 3, true),
            (24, 12, 9, 48, 3, 2, same, 3, 3, 6, false), (8, 5, 13, 33, 5, 1, same, 1, 1, 5, true), (20, 4, 6, 64, 7, 2, symmetric, 2, 4, 7, false),
            (33, 6, 2, 12, 9, 1, symmetric, 3, 1, 3, true), (48, 10, 31, 80, 3, 2, same, 5, 5, 3, false), (12, 3, 4, 20, 9, 2, same, 1, 2, 1, true),
        ];
        foreach (var c in shapes)
        {
            var source = new Shape(c.Inputs, c.Height, c.Width);
            (ConvolutionGeometry geometry, int rows, int columns) = ConvolutionGeometry.On(source, c.Kernel, c.Stride, c.Padding);
            var output = new Shape(c.Outputs, rows, columns);
            var taps = new TapsKernel(source, rows, columns, geometry, c.Rows, MapLayout.Blocks(c.Inputs) * MapLayout.Lanes);
            var weights = new ConvolutionWeightGradientKernel(taps, c.Outputs, c.Panel, HasBias: c.More);
            yield return new Case($"{weights.Name}_{c.Padding}_from{c.Height}x{c.Width}", weights, new ConvolutionInputGradientKernel(source, output, geometry, c.InputPanel, Residual: c.More));
        }
    }

    private sealed record Case(string Title, ConvolutionWeightGradientKernel Weights, ConvolutionInputGradientKernel Input)
    {
        public string InputTitle => $"{Title}_input";
    }
}
