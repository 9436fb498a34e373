using System.Globalization;
using System.Numerics;

namespace EfficientNet.Fuzz.Tests.Engine;

/// <summary>
/// How long a run goes on. Without anything in the environment: a fixed number of inputs from a fixed seed, the same every time. By hand:
/// <c>EFFICIENTNET_FUZZ_EXECUTIONS</c> random inputs for each target, or as many as fit into <c>EFFICIENTNET_FUZZ_MINUTES</c> for each,
/// from <c>EFFICIENTNET_FUZZ_SEED</c>.
/// </summary>
internal sealed record FuzzBudget(ulong Seed, long Executions, TimeSpan Time)
{
    private const ulong FixedSeed = 2026;

    /// <summary>Whether it is the fixed one, which the continuous integration runs.</summary>
    public bool IsFixed { get; private init; }

    public static FuzzBudget For(long fixedExecutions)
    {
        long? executions = Number<long>("EXECUTIONS");
        double? minutes = Number<double>("MINUTES");
        ulong? seed = Number<ulong>("SEED");
        TimeSpan time = minutes is { } given ? TimeSpan.FromMinutes(given) : Timeout.InfiniteTimeSpan;
        return new FuzzBudget(seed ?? FixedSeed, executions ?? (minutes is null ? fixedExecutions : long.MaxValue), time)
        {
            IsFixed = executions is null && minutes is null && seed is null,
        };
    }

    private static T? Number<T>(string name)
        where T : struct, INumber<T>
    {
        string? text = Environment.GetEnvironmentVariable($"EFFICIENTNET_FUZZ_{name}");
        return string.IsNullOrEmpty(text) ? null : T.Parse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture);
    }
}
