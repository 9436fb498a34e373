using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;
using EfficientNet.Numerics.Tests.Kernels.Harness;
using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Support;
using EfficientNet.Runtime;

namespace EfficientNet.Numerics.Tests.Kernels;

/// <summary>Inputs of a fused kernel, and everything it has to make of them: the producer's map, the depthwise map, sums, the squeeze.</summary>
internal sealed class FusedDepthwiseProblem
{
    private const int Lanes = MapLayout.Lanes;

    private readonly FusedDepthwiseKernel _kernel;
    private readonly float[] _x, _weights, _affine = [];

    public FusedDepthwiseProblem(string title, FusedDepthwiseKernel kernel, Data data, InstructionSet set)
    {
        _kernel = kernel;
        int channels = kernel.Expanded.Channels, size = kernel.Depthwise.Kernel;
        Tensor x = Values.Activations($"{title} x", data, 1, kernel.Source.Channels, kernel.Source.Height, kernel.Source.Width);
        _x = kernel.Producer == ProducerKind.Stem ? x.ToFloats() : Packing.MapFloats(x);
        _weights = new float[kernel.Groups * kernel.GroupStride];
        Expanded = Bounded.Exact(x);
        if (kernel.Producer == ProducerKind.Normalise)
        {
            var affine = new AffineMap(title, data, channels);
            _affine = affine.Packed();
            Expanded = Bounds.Activate(affine.Of(x), kernel.ProducerActivation, set);
        }
        else if (kernel.Producer != ProducerKind.None)
        {
            int side = kernel.ProducerGeometry.Kernel;
            Tensor w = Values.Weights($"{title} producer", data, channels, kernel.Source.Channels, side, side);
            Tensor b = Values.Activations($"{title} producer bias", data, channels);
            Packing.Panels(_weights, w, b, kernel.GroupBlocks, kernel.GroupStride);
            Bounded sum = Bounds.Convolve(Expanded, w, b, kernel.ProducerGeometry, depthwise: false, kernel.Expanded.Height, kernel.Expanded.Width);
            Expanded = Bounds.Activate(sum, kernel.ProducerActivation, set);
        }

        Tensor weight = Values.Weights($"{title} depthwise", data, channels, 1, size, size);
        Tensor bias = Values.Activations($"{title} depthwise bias", data, channels);
        Packing.Depthwise(_weights.AsSpan(kernel.ProducerFloats), weight, bias, kernel.GroupBlocks, kernel.GroupStride);
        Bounded rows = Bounds.Convolve(Expanded, weight, bias, kernel.Depthwise, depthwise: true, kernel.Output.Height, kernel.Output.Width);
        Output = Bounds.Activate(rows, kernel.DepthwiseActivation, set);
        Sums = Enumerable.Range(0, kernel.Bands)
            .Select(band => Bounds.SumRows(Output, band * kernel.BandRows, Math.Min(kernel.Output.Height, (band + 1) * kernel.BandRows))).ToArray();
        if (kernel.Squeeze is null) return;
        SqueezeWeights = Values.Weights($"{title} squeeze", data, kernel.Squeeze.SqueezeBlocks * Lanes, channels);
        Packing.Squeeze(_weights.AsSpan(kernel.ProducerFloats + kernel.DepthwiseFloats), SqueezeWeights, kernel.GroupBlocks, kernel.GroupStride);
    }

    public Bounded Expanded { get; }

    public Bounded Output { get; }

    /// <summary>Sums over positions, band by band.</summary>
    public Bounded[] Sums { get; }

    private Tensor? SqueezeWeights { get; }

    /// <summary>The names of all that the kernel makes.</summary>
    public IEnumerable<string> Outputs => new[] { "d", _kernel.Halves is null ? null : "d2", _kernel.Pooled ? "sums" : null, _kernel.ReducesSqueeze ? "partials" : null }.OfType<string>();

    /// <summary>Clamps keep whole numbers whole.</summary>
    public static bool IsExact(FusedDepthwiseKernel kernel) =>
        new[] { kernel.ProducerActivation, kernel.DepthwiseActivation }.All(kind => kind is ActivationKind.None or ActivationKind.Relu or ActivationKind.Relu6);

    public KernelRun Prepare(KernelFunction function, Guard guard, bool traces)
    {
        int channels = MapLayout.Blocks(_kernel.Expanded.Channels) * Lanes;
        // Scratch begins as NaN: what borders hold, the kernel has to put there.
        var run = new KernelRun(function, guard);
        run.Input("x", _x).Input("weights", _weights).Output("d", _kernel.Halves?.Floats(0) ?? MapLayout.Floats(_kernel.Output)).Output("scratch", _kernel.ScratchFloats);
        if (_kernel.Halves is { } halves) run.Output("d2", halves.Floats(1));
        if (_kernel.Producer == ProducerKind.Normalise) run.Input("affine", _affine);
        if (_kernel.Pooled) run.Output("sums", _kernel.Bands * channels);
        if (_kernel.ReducesSqueeze) run.Output("partials", _kernel.Groups * _kernel.Squeeze!.SqueezeBlocks * Lanes);
        return traces && _kernel.Producer != ProducerKind.None ? run.Output("trace", MapLayout.Floats(_kernel.Expanded)) : run.Null("trace");
    }

    /// <summary>The depthwise map that was made.</summary>
    public float[] MapOf(KernelRun run) => _kernel.Halves is { } halves ? Halves.Join(run["d"], run["d2"], halves) : run["d"];

    /// <summary>The share of every group of channels in the squeeze: mean times weights.</summary>
    public (double[] Value, double[] Error) Partials()
    {
        Tensor weight = SqueezeWeights!;
        int channels = weight.Shape[1], hidden = weight.Shape[0], group = _kernel.GroupBlocks * Lanes;
        double roundings = (group / 4 + 6) * Bounds.Epsilon;
        var value = new double[_kernel.Groups * hidden];
        var error = new double[value.Length];
        for (int c = 0; c < channels; c++)
        {
            (double sum, double sumError) = (Sums[0].Value.Data[c], Sums[0].Error.Data[c]);
            for (int j = 0; j < hidden; j++)
            {
                double w = weight.Data[j * channels + c] / _kernel.Output.Positions;
                value[c / group * hidden + j] += w * sum;
                error[c / group * hidden + j] += Math.Abs(w) * (sumError + roundings * (Math.Abs(sum) + sumError));
            }
        }

        return (value, error);
    }
}
