using EfficientNet.Compiler.Diagnostics;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Parsing;

/// <summary>Reads the three numbers of compound scaling, given as such or by the compound coefficient φ.</summary>
/// <remarks>
/// Tan and Le 2019, equation 3: depth = α^φ, width = β^φ, resolution = 224·γ^φ, with α·β²·γ² ≈ 2 so that each step of φ
/// doubles the multiply-adds, and α, β, γ = 1.2, 1.1, 1.15 found for B0. The published B1-B7 are not these powers.
/// </remarks>
internal static class ScalingParser
{
    public const double Alpha = 1.2;
    public const double Beta = 1.1;
    public const double Gamma = 1.15;
    public const int BaseResolution = 224;

    /// <summary>How far α·β²·γ² may be from 2 before it is worth a warning; the paper's own is 1.92.</summary>
    private const double Balance = 0.2;

    private static readonly string[] Direct = ["width", "depth", "resolution"];
    private static readonly string[] Coefficients = ["alpha", "beta", "gamma"];

    /// <summary>Reads them.</summary>
    /// <param name="root">The spec.</param>
    /// <param name="diagnostics">What is wrong.</param>
    /// <param name="knowsResolution">Whether the spec says a resolution that can be: another value that contradicts it is worth a message.</param>
    public static ScalingSpec Read(ObjectReader root, DiagnosticBag diagnostics, out bool knowsResolution)
    {
        if (root.Find("phi") is { } phi) return Compound(root, phi, diagnostics, out knowsResolution);

        foreach (string key in Coefficients)
        {
            if (root.Find(key) is { } node) root.Contradiction(node, $"'{key}' is of use only together with 'phi', which is absent");
        }

        // A family's table is meant to be scaled, so its factors must be said; a table of one's own is taken as it is.
        if (!root.Has("stages"))
        {
            root.Require("width");
            root.Require("depth");
        }

        root.Require("resolution");
        int resolution = root.Integer("resolution", 0);
        knowsResolution = resolution > 0;
        return new ScalingSpec(root.Number("width", 1), root.Number("depth", 1), knowsResolution ? resolution : BaseResolution);
    }

    private static ScalingSpec Compound(ObjectReader root, JsonNode phi, DiagnosticBag diagnostics, out bool knowsResolution)
    {
        foreach (string key in Direct)
        {
            if (root.Find(key) is { } node) root.Contradiction(node, $"'{key}' is given by 'phi': leave one of the two out");
        }

        double power = root.Number("phi", 0);
        double alpha = root.Number("alpha", Alpha);
        double beta = root.Number("beta", Beta);
        double gamma = root.Number("gamma", Gamma);
        double growth = alpha * beta * beta * gamma * gamma;
        if (Math.Abs(growth - 2) > Balance)
        {
            JsonNode at = Coefficients.Select(root.Find).FirstOrDefault(node => node is not null) ?? phi;
            diagnostics.Warning(DiagnosticIds.UnbalancedCoefficients, at, Numbers.Show(Math.Round(growth, 4)));
        }

        double width = Power(beta, power);
        double depth = Power(alpha, power);
        double resolution = Math.Floor((BaseResolution * Power(gamma, power)) + 0.5);
        Check("width", width, ((NumberFormat)SpecFormat.Root.Find("width")!.Value).Contains(width));
        Check("depth", depth, ((NumberFormat)SpecFormat.Root.Find("depth")!.Value).Contains(depth));
        bool fits = ((IntegerFormat)SpecFormat.Root.Find("resolution")!.Value).Contains(resolution);
        Check("resolution", resolution, fits);
        knowsResolution = fits;
        return new ScalingSpec(width, depth, fits ? (int)resolution : BaseResolution);

        void Check(string key, double value, bool inRange)
        {
            if (inRange) return;
            string expected = SpecFormat.Root.Find(key)!.Value.Describe();
            diagnostics.Error(DiagnosticIds.OutOfRange, phi, $"the {key} that 'phi' gives", expected, Numbers.Show(value));
        }
    }

    /// <summary>
    /// Rounded to twelve decimals: libraries of different machines disagree in the last bit of a power, and 1.2² must
    /// not become one repeat more on one of them.
    /// </summary>
    private static double Power(double factor, double power) => Math.Round(Math.Pow(factor, power), 12);
}
