namespace EfficientNet.Benchmarks.Scorecard.Model;

/// <summary>Clauses that are measured together. A new issue adds a class and names it in <see cref="ClauseGroups"/>.</summary>
internal interface IClauseGroup
{
    /// <summary>What <c>--only</c> and <c>--skip</c> call it.</summary>
    string Name { get; }

    /// <summary>Measures. Whatever it throws becomes a row that says so.</summary>
    /// <param name="quick">Whether it is enough to see that everything works.</param>
    IEnumerable<Row> Measure(bool quick);
}
