using EfficientNet.Numerics.Tests.Reference;
using EfficientNet.Numerics.Tests.Reference.Gradients;
using EfficientNet.Numerics.Tests.Support;

namespace EfficientNet.Numerics.Tests.Training;

/// <summary>
/// How far float arithmetic may be from the reference: as far as the reference itself moves when weights, images and every gradient between two operations move
/// by a few roundings. BatchNorm over a handful of values multiplies errors a thousandfold, and a fixed tolerance would be too wide for most networks or too narrow
/// for some. Some gradients are zero in exact arithmetic whatever weights and images are, that of a shift which a BatchNorm behind it takes away: what float makes
/// of them is the roundings of what cancels.
/// </summary>
internal static class Sensitivity
{
    /// <summary>Relative size of the disturbance: 16 half-roundings of a float.</summary>
    private const double Disturbance = 16.0 / (1 << 25);

    /// <summary>How often the reference is disturbed, and how many times the largest movement is allowed.</summary>
    private const int Trials = 3;
    private const double Margin = 8;

    /// <summary>Norm of the allowed error of everything that a step gives, by name.</summary>
    public static IReadOnlyDictionary<string, double> Of(TrainingCase one, TrainingResult expected)
    {
        Dictionary<string, double[]> exact = Named(expected).ToDictionary(pair => pair.Name, pair => pair.Values);
        Dictionary<string, double> moved = exact.ToDictionary(pair => pair.Key, _ => 0.0);
        for (int trial = 1; trial <= Trials; trial++)
        {
            var numbers = new Sequence((ulong)trial, "disturbance");
            double Disturbed(double value) => value * (1 + Disturbance * (numbers.Between(-1000, 1000) / 1000.0));
            TrainingCase near = one with
            {
                Weights = one.Weights.ToDictionary(pair => pair.Key, pair => pair.Value.Map(Disturbed)),
                Images = one.Images.Map(Disturbed),
                Mode = one.Mode with { Disturbance = Disturbed },
            };
            foreach ((string name, double[] values) in Named(near.Reference()))
            {
                moved[name] = Math.Max(moved[name], Math.Sqrt(values.Zip(exact[name], (a, b) => (a - b) * (a - b)).Sum()));
            }
        }

        // What is zero in exact arithmetic is noise here: a rounding of the largest gradient.
        double largest = exact.Where(pair => pair.Key != "loss").Max(pair => Norm(pair.Value));
        return moved.ToDictionary(pair => pair.Key, pair => Margin * pair.Value + 4e-6 * Norm(exact[pair.Key]) + 2e-7 * largest);
    }

    /// <summary>Loss, gradients, image gradient and statistics of a step.</summary>
    public static IEnumerable<(string Name, double[] Values)> Named(TrainingResult result)
    {
        yield return ("loss", [result.Loss]);
        foreach ((string name, Tensor gradient) in result.Gradients.Parameters) yield return (name, gradient.Data);
        foreach ((string name, Tensor statistic) in result.Statistics) yield return (name, statistic.Data);
        yield return ("image", result.Gradients.Image.Data);
    }

    public static double Norm(double[] values) => Math.Sqrt(values.Sum(value => value * value));

    /// <summary>Norm of the difference; infinite where something is not finite.</summary>
    public static double Distance(float[] found, double[] expected)
    {
        found.Length.ShouldBe(expected.Length);
        double sum = found.Zip(expected, (a, b) => (a - b) * (a - b)).Sum();
        return double.IsFinite(sum) ? Math.Sqrt(sum) : double.PositiveInfinity;
    }
}
