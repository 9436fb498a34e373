namespace EfficientNet.Tests;

/// <summary>Asserts about measured numbers.</summary>
internal static class DistanceAssertions
{
    /// <summary>Fails where a number is above a limit, and where it is none: NaN comes before every other number in .NET's order.</summary>
    public static void ShouldBeWithin(this double value, double limit, string? message = null)
    {
        if (!(value <= limit)) throw new ShouldAssertException($"{value:R} should be at most {limit:R}{(message is null ? "" : $": {message}")}");
    }
}
