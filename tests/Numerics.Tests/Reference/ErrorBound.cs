using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Planning;

namespace EfficientNet.Numerics.Tests.Reference;

/// <summary>
/// Running error analysis (Wilkinson; Higham, "Accuracy and Stability of Numerical Algorithms", §3.3) of every operation: from
/// the bounds of its inputs follows the bound of its output, for any order of summation, with or without fused multiply-add,
/// and with BatchNorm and gates folded into the weights.
/// </summary>
internal static class ErrorBound
{
    /// <summary>Unit roundoff of float32.</summary>
    private const double Epsilon = Support.Tolerance.Epsilon;

    /// <summary>
    /// Roundings of one value beside those of a sum: the folded weight, the folded bias, the gate in the weight, the residual's
    /// sum, and terms of second order, which are far below one ε.
    /// </summary>
    private const int Extra = 5;

    /// <summary>What the generated sigmoid and SiLU may cost, in ε of the result: 3.3 units in the last place are 6.6 ε, and the product's own.</summary>
    private const double Exponential = 8;

    /// <summary>The absolute error of the AVX-512 SiLU, which stops at |x| = 17 (SiluText).</summary>
    private const double SiluFloor = 7.2e-7;

    /// <summary>Results below this are flushed or denormal, and are not judged relative to themselves.</summary>
    private const double Tiny = 1e-36;

    public static Bounded Evaluate(Network network, Op op, Func<int, Bounded> tensor, ReferenceNetwork.Parameters parameters, Tensor input)
    {
        Tensor value = ReferenceNetwork.Evaluate(op, id => tensor(id).Value, parameters, input);
        switch (op)
        {
            case InputOp:
                return Bounded.Exact(value);
            case ConvolutionOp c:
            {
                Bounded x = tensor(c.Input);
                int terms = c.InputsPerGroup * c.Geometry.Kernel * c.Geometry.Kernel;
                Tensor weight = parameters.Weight(c.Parameters).Map(Math.Abs);
                bool byTiles = network.IsFused(c) && Winograd.Pays(c);
                int roundings = byTiles ? WinogradBound.Roundings(c.InputsPerGroup) : terms;
                Tensor? bias = c.HasBias ? parameters.Bias(c.Parameters).Map(b => Math.Abs(b) * (roundings + Extra) * Epsilon) : null;
                Tensor sums = SumInput(x, roundings);
                Tensor error = byTiles
                    ? WinogradBound.Convolve(sums, weight, bias)
                    : Convolution.Forward(sums, weight, bias, c.Geometry, c.Depthwise, c.Output.Height, c.Output.Width);
                return new Bounded(value, error, terms);
            }

            case LinearOp l:
            {
                Bounded x = tensor(l.Input);
                Tensor weight = parameters.Weight(l.Parameters).Map(Math.Abs);
                Tensor bias = parameters.Bias(l.Parameters).Map(b => Math.Abs(b) * (l.InputChannels + Extra) * Epsilon);
                return new Bounded(value, Linear.Forward(SumInput(x, l.InputChannels), weight, bias), l.InputChannels);
            }

            case BatchNormOp b:
                return new Bounded(value, BatchNormError(b, tensor(b.Input), parameters));
            case ActivationOp a:
            {
                (double slope, double roundings, double floor) = a.Kind switch
                {
                    ActivationKind.Silu => (1.1, Exponential, SiluFloor),
                    ActivationKind.HardSwish => (1.5, 4.0, Tiny),
                    _ => (1.0, 0.0, 0.0),
                };
                return new Bounded(value, Pointwise(tensor(a.Input).Error, value, slope, roundings, floor));
            }

            case SigmoidOp s:
                return new Bounded(value, Pointwise(tensor(s.Input).Error, value, 0.25, Exponential, Tiny));
            case GlobalAveragePoolOp p:
            {
                Bounded x = tensor(p.Input);
                return new Bounded(value, GlobalAveragePool.Forward(SumInput(x, x.Value.Positions)));
            }

            case ScaleOp s:
                return new Bounded(value, ScaleError(tensor(s.Input), tensor(s.Gate), value));
            case AddOp a:
            {
                Tensor sum = Residual.Forward(tensor(a.Branch).Error, tensor(a.Shortcut).Error);
                return new Bounded(value, Pointwise(sum, value, 1, 2, Tiny));
            }

            default:
                return new Bounded(value, tensor(op.Inputs.Single()).Error);
        }
    }

    /// <summary>What a sum of products has to be taken over, with the weights' magnitudes, to get its bound.</summary>
    private static Tensor SumInput(Bounded x, int terms)
    {
        Tensor result = Tensor.Like(x.Value);
        for (int i = 0; i < result.Data.Length; i++)
        {
            double error = x.Error.Data[i];
            result.Data[i] = error + (Math.Abs(x.Value.Data[i]) + error) * (terms + Extra) * Epsilon + Tiny;
        }

        return result;
    }

    private static Tensor Pointwise(Tensor error, Tensor value, double slope, double roundings, double floor)
    {
        Tensor result = Tensor.Like(value);
        for (int i = 0; i < result.Data.Length; i++)
        {
            result.Data[i] = slope * error.Data[i] * (1 + roundings * Epsilon) + roundings * Epsilon * Math.Abs(value.Data[i]) + floor;
        }

        return result;
    }

    /// <summary>The sum's bound times the scale, and the folded bias, which is there from the sum's first rounding on.</summary>
    private static Tensor BatchNormError(BatchNormOp op, Bounded x, ReferenceNetwork.Parameters parameters)
    {
        Tensor gamma = parameters.Weight(op.Parameters), variance = parameters.RunningVariance(op.Parameters);
        Tensor beta = parameters.Bias(op.Parameters), mean = parameters.RunningMean(op.Parameters);
        Tensor result = Tensor.Like(x.Error);
        for (int image = 0; image < result.Images; image++)
        {
            for (int c = 0; c < result.Channels; c++)
            {
                double scale = gamma.Data[c] / Math.Sqrt(variance.Data[c] + op.Epsilon);
                double bias = Math.Abs(beta.Data[c] - mean.Data[c] * scale) * (x.Terms + Extra) * Epsilon;
                ReadOnlySpan<double> from = x.Error.Plane(image, c);
                Span<double> to = result.Plane(image, c);
                for (int i = 0; i < to.Length; i++) to[i] = from[i] * Math.Abs(scale) + bias;
            }
        }

        return result;
    }

    private static Tensor ScaleError(Bounded x, Bounded gate, Tensor value)
    {
        Tensor result = Tensor.Like(value);
        for (int image = 0; image < value.Images; image++)
        {
            for (int c = 0; c < value.Channels; c++)
            {
                double g = Math.Abs(gate.Value.Plane(image, c)[0]), gateError = gate.Error.Plane(image, c)[0];
                ReadOnlySpan<double> values = x.Value.Plane(image, c), errors = x.Error.Plane(image, c);
                Span<double> to = result.Plane(image, c);
                for (int i = 0; i < to.Length; i++)
                {
                    to[i] = (g + gateError) * errors[i] + Math.Abs(values[i]) * gateError + 2 * Epsilon * g * Math.Abs(values[i]) + Tiny;
                }
            }
        }

        return result;
    }
}
