using EfficientNet.Benchmarks.Scorecard.Clauses;

namespace EfficientNet.Benchmarks.Scorecard.Model;

/// <summary>All clauses, in the order of the scorecard.</summary>
internal static class ClauseGroups
{
    public static IReadOnlyList<IClauseGroup> All { get; } =
    [
        new GenerationCosts(),
        new SourceSizes(),
        new CleanBuild(),
        new FamilyCompile(),
        new SessionMemory(),
        new PeakMemory(),
        new ComparisonWithPeer(),
        new ThreadScaling(),
        new ThreadEquality(),
        new AotStart(),
        new OneNetworkAot(),
        new FreshProject(),
        new TrainingSources(),
        new TrainingStep(),
        new TrainingKernels(),
        new TrainingPhotos(),
        new TrainingDigits(),
        new ParameterCounts(),
        new ReferenceErrors(),
        new FamilyReferences(),
        new Photos(),
    ];
}
