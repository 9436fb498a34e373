using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Parsing;

public class CompoundScalingFormTests
{
    [Theory]
    [InlineData(0, 1.0, 1.0, 224)]
    [InlineData(1, 1.1, 1.2, 258)] // 224 · 1.15 = 257.6
    [InlineData(2, 1.21, 1.44, 296)] // 224 · 1.3225 = 296.24
    [InlineData(0.5, 1.048808848170, 1.095445115010, 240)] // √1.1, √1.2, 224 · √1.15 = 240.21
    public void Phi_gives_the_powers_of_the_published_coefficients(double phi, double width, double depth, int resolution)
    {
        ArchitectureSpec spec = Specs.Valid(FormattableString.Invariant($$"""{"name": "N", "phi": {{phi}}}"""));
        spec.Scaling.ShouldBe(new ScalingSpec(width, depth, resolution));
    }

    [Fact]
    public void Alpha_beta_and_gamma_can_be_ones_own()
    {
        ArchitectureSpec spec = Specs.Valid("""{"name": "N", "phi": 2, "alpha": 1.5, "beta": 1.0, "gamma": 1.125}""");
        spec.Scaling.ShouldBe(new ScalingSpec(1, 2.25, 284)); // 224 · 1.265625 = 283.5, rounded up
    }

    [Theory]
    [InlineData("\"alpha\": 1.2, \"beta\": 1.1, \"gamma\": 1.15", null)] // 1.92
    [InlineData("\"gamma\": 1.2", null)] // 2.091
    [InlineData("\"alpha\": 2.5", "4.0006")]
    [InlineData("\"beta\": 1, \"gamma\": 1", "1.2")]
    public void Coefficients_whose_growth_is_far_from_two_are_worth_a_warning(string coefficients, string? growth)
    {
        ParseResult result = Specs.Parse($$"""{"name": "N", "phi": 1, {{coefficients}}}""");
        result.Spec.ShouldNotBeNull();
        string[] expected = growth is null
            ? []
            : [$"ENC0012: alpha·beta²·gamma² is {growth}, far from 2: a step of 'phi' will not double the multiply-adds"];
        result.Diagnostics.Select(Specs.Message).ShouldBe(expected);
    }
}
