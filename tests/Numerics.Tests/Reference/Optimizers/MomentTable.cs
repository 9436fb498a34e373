namespace EfficientNet.Numerics.Tests.Reference.Optimizers;

/// <summary>One array of an optimizer's state for every parameter.</summary>
/// <param name="start">Its values before the first step.</param>
internal sealed class MomentTable(double start)
{
    private readonly Dictionary<string, double[]> _moments = [];

    public double[] Of(string name, int length)
    {
        if (!_moments.TryGetValue(name, out double[]? moment))
        {
            _moments.Add(name, moment = new double[length]);
            Array.Fill(moment, start);
        }

        return moment;
    }
}
