namespace EfficientNet.Numerics.Tests.Reference.Optimizers;

/// <summary>
/// g += decay · w; b = momentum · b + g; w −= rate · b, with Nesterov w −= rate · (g + momentum · b). PyTorch's form without dampening.
/// </summary>
internal sealed class Sgd : Optimizer
{
    private readonly MomentTable _buffers = new(start: 0);

    public double Momentum { get; init; }

    public bool Nesterov { get; init; }

    protected override void Step(string name, double[] parameter, double[] gradient, double decay)
    {
        double[] buffer = _buffers.Of(name, parameter.Length);
        for (int i = 0; i < parameter.Length; i++)
        {
            double g = gradient[i] + decay * parameter[i];
            buffer[i] = Momentum * buffer[i] + g;
            parameter[i] -= LearningRate * (Nesterov ? g + Momentum * buffer[i] : buffer[i]);
        }
    }
}
