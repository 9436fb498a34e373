namespace EfficientNet.Compiler;

/// <summary>The tracked steps of the pipeline, in the order of the data; tests ask for them by these names.</summary>
internal static class PipelineSteps
{
    /// <summary>A file's text and what its project says about it.</summary>
    public const string ReadSpecs = nameof(ReadSpecs);

    /// <summary>Spec, diagnostics and positions: all that follows from one text.</summary>
    public const string ParseText = nameof(ParseText);

    /// <summary>The spec alone: what is only white space to it ends here.</summary>
    public const string ParseSpec = nameof(ParseSpec);

    /// <summary>The specs whose class another spec already makes.</summary>
    public const string FindDuplicates = nameof(FindDuplicates);

    /// <summary>Whether the project can compile what would be generated.</summary>
    public const string CheckProject = nameof(CheckProject);

    /// <summary>The network, optimised and planned.</summary>
    public const string PlanNetwork = nameof(PlanNetwork);

    /// <summary>What user code sees: written on every keystroke in an editor.</summary>
    public const string WriteSurface = nameof(WriteSurface);

    /// <summary>The arithmetic: written when the project is built.</summary>
    public const string WriteBodies = nameof(WriteBodies);

    /// <summary>What is to be said about the size of the arithmetic's code.</summary>
    public const string MeasureCode = nameof(MeasureCode);

    /// <summary>All that is to be said about one file.</summary>
    public const string CollectDiagnostics = nameof(CollectDiagnostics);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } =
        [ReadSpecs, ParseText, ParseSpec, FindDuplicates, CheckProject, PlanNetwork, WriteSurface, WriteBodies, MeasureCode, CollectDiagnostics];
}
