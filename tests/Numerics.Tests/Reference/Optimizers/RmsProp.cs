namespace EfficientNet.Numerics.Tests.Reference.Optimizers;

/// <summary>g += decay · w; v = alpha · v + (1 − alpha) · g²; then one of two forms of the step.</summary>
/// <param name="tensorFlow">
/// PyTorch: v from 0, b = momentum · b + g / (√v + epsilon), w −= rate · b.
/// TensorFlow: v from 1, b = momentum · b + rate · g / √(v + epsilon), w −= b.
/// </param>
internal sealed class RmsProp(bool tensorFlow) : Optimizer
{
    private readonly MomentTable _meanSquares = new(start: tensorFlow ? 1 : 0);
    private readonly MomentTable _buffers = new(start: 0);

    public required double Alpha { get; init; }

    public required double Epsilon { get; init; }

    public double Momentum { get; init; }

    protected override void Step(string name, double[] parameter, double[] gradient, double decay)
    {
        double[] meanSquare = _meanSquares.Of(name, parameter.Length), buffer = _buffers.Of(name, parameter.Length);
        for (int i = 0; i < parameter.Length; i++)
        {
            double g = gradient[i] + decay * parameter[i];
            meanSquare[i] = Alpha * meanSquare[i] + (1 - Alpha) * g * g;
            double root = tensorFlow ? Math.Sqrt(meanSquare[i] + Epsilon) : Math.Sqrt(meanSquare[i]) + Epsilon;
            double step = tensorFlow ? LearningRate * g / root : g / root;
            buffer[i] = Momentum * buffer[i] + step;
            parameter[i] -= tensorFlow ? buffer[i] : LearningRate * buffer[i];
        }
    }
}
