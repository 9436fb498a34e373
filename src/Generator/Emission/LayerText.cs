using System.Globalization;
using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Compiler.Emission;

/// <summary>Writes the graph as data: a row for each layer, with the rows it reads and the row of its weights.</summary>
internal static class LayerText
{
    public static void Write(SourceWriter writer, CompiledPlan plan)
    {
        Op[] layers = plan.Inference.Ops.Where(op => op is not InputOp).ToArray();
        // The image is layer −1, whose sign no culture may choose.
        Dictionary<int, int> places = layers.Select((op, place) => (op.Id, place)).ToDictionary(pair => pair.Id, pair => pair.place);
        string PlaceOf(int tensor) => (places.TryGetValue(tensor, out int place) ? place : -1).ToString(CultureInfo.InvariantCulture);
        Dictionary<ParameterNames, int> weights = plan.Execution.Weights.Select((c, place) => (c.Names, place)).ToDictionary(pair => pair.Names, pair => pair.place);
        using (writer.Block("Layers = new LayerDescription[]", "},"))
        {
            foreach (Op op in layers)
            {
                string inputs = string.Join(", ", op.Inputs.Select(PlaceOf));
                string more = op switch
                {
                    ConvolutionOp c => $" {{ Weights = {weights[c.Parameters]}, {Window(c, plan.Spec.Padding)}{Activation(c)}, {Costs(c)} }}",
                    LinearOp l => $" {{ Weights = {weights[l.Parameters]}, {Costs(l)} }}",
                    _ => "",
                };
                writer.Line($"new({Header.Text(op.Name)}, LayerOperation.{Operation(op)}, new[] {{ {inputs} }}, {op.Output.Channels}, {op.Output.Height}, {op.Output.Width}){more},");
            }
        }
    }

    private static string Operation(Op op) => op switch
    {
        ConvolutionOp { Depthwise: true } => "Depthwise",
        ConvolutionOp => "Convolution",
        GlobalAveragePoolOp => "GlobalAveragePool",
        SigmoidOp => "Sigmoid",
        ScaleOp => "Scale",
        AddOp => "Add",
        LinearOp => "Linear",
        _ => throw new InvalidOperationException($"{op.GetType().Name} '{op.Name}' does not run by itself"),
    };

    /// <summary>Symmetric padding is the same on all sides, even where the stride leaves the last zeros unread; SAME pads what is read.</summary>
    private static string Window(ConvolutionOp c, PaddingMode padding)
    {
        ConvolutionGeometry g = c.Geometry;
        if (g == ConvolutionGeometry.Pointwise) return "Window = new(1)";
        int High(int input, int output, int low) =>
            padding == PaddingMode.Symmetric ? low : Math.Max((output - 1) * g.Stride + g.Kernel - input - low, 0);
        return $"Window = new({g.Kernel}, {g.Stride}, {g.PadTop}, {g.PadLeft}, {High(c.InputShape.Height, c.Output.Height, g.PadTop)}, {High(c.InputShape.Width, c.Output.Width, g.PadLeft)})";
    }

    private static string Activation(ConvolutionOp c) => c.Activation == ActivationKind.None ? "" : $", Activation = ActivationFunction.{c.Activation}";

    private static string Costs(Op op) => $"Parameters = {Network.ParametersOf(op)}, MultiplyAdds = {Network.MultiplyAddsOf(op)}";
}
