using EfficientNet.Imaging.Decoding.Jpeg;

namespace EfficientNet.Imaging.Tests.Decoding;

/// <summary>Both transforms against their definition in double precision.</summary>
public class InverseDctTests
{
    [Theory]
    [InlineData(8)]
    [InlineData(4)]
    [InlineData(2)]
    [InlineData(1)]
    public void Samples_are_the_rounded_transform_within_what_fixed_point_allows(int points)
    {
        var random = new Random(points);
        int[] coefficients = new int[64];
        byte[] samples = new byte[10 * points];
        for (int block = 0; block < 2000; block++)
        {
            // From nearly empty blocks to full ones, and some that leave the range of samples.
            int count = random.Next(1, 65), largest = 1 << random.Next(2, 11);
            Array.Clear(coefficients);
            for (int i = 0; i < count; i++) coefficients[random.Next(64)] = random.Next(-largest, largest + 1);

            if (points == 8) InverseDct.Transform(coefficients, samples, 10);
            else ReducedInverseDct.Transform(coefficients, points, samples, 10);

            double bound = Bound(coefficients, points);
            for (int y = 0; y < points; y++)
            {
                for (int x = 0; x < points; x++)
                {
                    double exact = Math.Clamp(Exact(coefficients, points, x, y), 0, 255);
                    Math.Abs(samples[10 * y + x] - exact).ShouldBeLessThanOrEqualTo(bound, $"block {block}, sample ({x}, {y})");
                }
            }
        }
    }

    private static double Exact(int[] coefficients, int points, int x, int y)
    {
        double sum = 0;
        for (int v = 0; v < points; v++)
        {
            for (int u = 0; u < points; u++) sum += coefficients[8 * v + u] * Factor(points, u, x) * Factor(points, v, y);
        }

        return 128 + sum / 8;
    }

    private static double Factor(int points, int frequency, int place) =>
        frequency == 0 ? 1 : Math.Sqrt(2) * Math.Cos((2 * place + 1) * frequency * Math.PI / (2 * points));

    // Half a unit of the last rounding. One and two points are exact before it. Otherwise the first pass rounds to a quarter, by at most an
    // eighth, and the second adds up to N of those with factors up to √2; and a factor is at most three constants, each off by half of 2^-13,
    // in either pass with the other's factor of up to √2. All of it is divided by eight. The reference itself rounds too.
    private static double Bound(int[] coefficients, int points)
    {
        const double reference = 1e-9;
        if (points < 4) return 0.5 + reference;
        double size = 0;
        for (int v = 0; v < points; v++)
        {
            for (int u = 0; u < points; u++) size += Math.Abs(coefficients[8 * v + u]);
        }

        double constants = 2 * 3 * Math.Pow(2, -14) * Math.Sqrt(2) * size;
        return 0.5 + (points * Math.Sqrt(2) / 8 + constants) / 8 + reference;
    }
}
