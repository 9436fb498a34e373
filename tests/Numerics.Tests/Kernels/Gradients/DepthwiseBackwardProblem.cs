using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Reference.Gradients;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels.Gradients;

/// <summary>Inputs of a depthwise backward kernel, and what it has to make of them.</summary>
internal sealed class DepthwiseBackwardProblem
{
    private readonly DepthwiseBackwardKernel _kernel;
    private readonly float[] _e, _dd, _w, _residual, _affine, _before;

    public DepthwiseBackwardProblem(string title, DepthwiseBackwardKernel kernel, Data data, InstructionSet set)
    {
        _kernel = kernel;
        (Shape input, Shape output, int size) = (kernel.Input, kernel.Output, kernel.Geometry.Kernel);
        Tensor e = Values.Activations($"{title} e", data, 1, input.Channels, input.Height, input.Width);
        Tensor dd = Values.Activations($"{title} dd", data, 1, output.Channels, output.Height, output.Width);
        Tensor w = Values.Weights($"{title} w", data, input.Channels, 1, size, size);
        Tensor residual = Values.Activations($"{title} residual", data, 1, input.Channels, input.Height, input.Width);
        Tensor before = Values.Activations($"{title} dw", data, input.Channels, 1, size, size);
        Tensor beforeBias = Values.Activations($"{title} db", data, input.Channels);
        var affine = new AffineMap(title, data, input.Channels);
        (_e, _dd, _residual, _affine) = (Packing.MapFloats(e), Packing.MapFloats(dd), Packing.MapFloats(residual), affine.Packed());
        // No gradient depends on the bias.
        _w = Packing.Floats(Packing.DepthwiseBlocks(w, beforeBias.Map(_ => float.NaN)));
        _before = Packing.Floats(Packing.DepthwiseBlocks(before, beforeBias));

        (Bounded a, Bounded slope) = kernel.Source.Normalised ? Bounds.ActivateWithSlope(affine.Of(e), kernel.Source.Activation, set) : (Bounded.Exact(e), Bounded.Exact(e));
        Bounded gradient = InputGradient(dd, w, input, kernel.Geometry);
        De = kernel.Source.HasSlope ? Bounds.Multiply(gradient, slope) : kernel.Source.Residual ? Bounds.Add(gradient, Bounded.Exact(residual)) : gradient;
        (Dw, Dbias) = WeightGradient(a, dd, before, beforeBias);
        Sums = Sum(De, e, affine.Mean);
    }

    public Bounded De { get; }

    private Bounded Dw { get; }

    private Bounded Dbias { get; }

    /// <summary>[blocks][Σ de, Σ de·(e − mean)][16], and its errors.</summary>
    public (double[] Value, double[] Error) Sums { get; }

    public (double[] Value, double[] Error) Weights => (Packing.DepthwiseBlocks(Dw.Value, Dbias.Value), Packing.DepthwiseBlocks(Dw.Error, Dbias.Error));

    /// <summary>The names of all that the kernel makes or adds to.</summary>
    public IEnumerable<string> Outputs => _kernel.Source.Normalised ? ["de", "dw", "sums"] : ["de", "dw"];

    public KernelRun Prepare(KernelFunction function, Guard guard)
    {
        // Scratch begins as NaN: what borders hold, the kernel has to put there.
        var run = new KernelRun(function, guard);
        run.Input("e", _e).Input("dd", _dd).Input("w", _w).Output("de", _e.Length).InOut("dw", _before).Output("scratch", _kernel.ScratchFloats);
        if (_kernel.Source.Normalised) run.Input("affine", _affine).Output("sums", _kernel.Blocks * 2 * MapLayout.Lanes);
        if (_kernel.Source.Residual) run.Input("residual", _residual);
        return run;
    }

    private static Bounded InputGradient(Tensor dd, Tensor w, Shape input, ConvolutionGeometry geometry)
    {
        double roundings = (geometry.Kernel * geometry.Kernel + 2) * Bounds.Epsilon;
        return new Bounded(
            ConvolutionGradient.OfInput(dd, w, input, geometry, depthwise: true),
            ConvolutionGradient.OfInput(dd.Map(value => roundings * Math.Abs(value)), w.Map(Math.Abs), input, geometry, depthwise: true));
    }

    /// <summary>What was there, and what the image adds: an output counts in no more roundings than there are outputs, and those of the sums of tiles, rows and images.</summary>
    private (Bounded Dw, Bounded Dbias) WeightGradient(Bounded a, Tensor dd, Tensor before, Tensor beforeBias)
    {
        double roundings = (dd.Positions + 5) * Bounds.Epsilon;
        Tensor size = Tensor.Like(a.Value), magnitude = dd.Map(Math.Abs);
        for (int i = 0; i < size.Data.Length; i++) size.Data[i] = a.Error.Data[i] + roundings * (Math.Abs(a.Value.Data[i]) + a.Error.Data[i]);
        Bounded dw = Added(before, ConvolutionGradient.OfWeight(a.Value, dd, _kernel.Geometry, depthwise: true), ConvolutionGradient.OfWeight(size, magnitude, _kernel.Geometry, depthwise: true));
        if (!_kernel.Bias) return (dw, Bounded.Exact(beforeBias));
        return (dw, Added(beforeBias, ConvolutionGradient.OfBias(dd), ConvolutionGradient.OfBias(magnitude.Map(value => roundings * value))));

        static Bounded Added(Tensor before, Tensor sum, Tensor error) => new(
            new Tensor(before.Shape, before.Data.Zip(sum.Data, (x, y) => x + y).ToArray()),
            new Tensor(before.Shape, before.Data.Zip(error.Data, (x, y) => 3 * Bounds.Epsilon * Math.Abs(x) + y).ToArray()));
    }

    private (double[] Value, double[] Error) Sum(Bounded de, Tensor e, Tensor mean)
    {
        var value = new double[_kernel.Blocks * 2 * MapLayout.Lanes];
        var error = new double[value.Length];
        double roundings = (e.Positions + 5) * Bounds.Epsilon;
        for (int i = 0; i < e.Data.Length; i++)
        {
            int c = i / e.Positions, at = c / MapLayout.Lanes * 2 * MapLayout.Lanes + c % MapLayout.Lanes;
            (double d, double off, double centred) = (de.Value.Data[i], de.Error.Data[i], e.Data[i] - mean.Data[c]);
            value[at] += d;
            error[at] += off + roundings * (Math.Abs(d) + off);
            value[at + MapLayout.Lanes] += d * centred;
            error[at + MapLayout.Lanes] += Math.Abs(centred) * (off + roundings * (Math.Abs(d) + off));
        }

        return (value, error);
    }
}
