namespace EfficientNet.Benchmarks.Scorecard.Model;

/// <summary>How a clause stands.</summary>
internal enum Verdict
{
    /// <summary>The value reaches the goal.</summary>
    Met,

    /// <summary>It does not.</summary>
    Missed,

    /// <summary>There is no goal: the number is wanted for itself.</summary>
    NoGoal,

    /// <summary>The value could not be had here; it says why.</summary>
    NotMeasured,

    /// <summary>What was to be measured does not work; it says how.</summary>
    Failed,
}

/// <summary>One line of the scorecard.</summary>
/// <param name="Clause">What is promised.</param>
/// <param name="Value">What was found.</param>
/// <param name="Goal">What it has to reach; empty where there is no goal.</param>
/// <param name="Verdict">How it stands.</param>
internal sealed record Row(string Clause, string Value, string Goal, Verdict Verdict)
{
    /// <summary>A value with a goal.</summary>
    public static Row Of(string clause, string value, string goal, bool met) => new(clause, value, goal, met ? Verdict.Met : Verdict.Missed);

    /// <summary>A value without a goal.</summary>
    public static Row Of(string clause, string value) => new(clause, value, "", Verdict.NoGoal);

    /// <summary>A clause that could not be measured, for something is not here that it needs.</summary>
    public static Row NotMeasured(string clause, string goal, string why) => new(clause, $"not measured: {why}", goal, Verdict.NotMeasured);

    /// <summary>A clause whose measurement fails. Where temporary files were is nobody's business.</summary>
    public static Row Failed(string clause, string goal, string why) => new(clause, why.ReplaceLineEndings(" ").Replace(Path.GetTempPath(), "", StringComparison.Ordinal), goal, Verdict.Failed);
}
