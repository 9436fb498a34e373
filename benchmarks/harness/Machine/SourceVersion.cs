namespace EfficientNet.Benchmarks.Machine;

/// <summary>Which source the numbers belong to.</summary>
internal static class SourceVersion
{
    /// <summary>The commit, with "-dirty" where files other than results differ from it; "unknown" outside git.</summary>
    public static string Commit { get; } = Read();

    /// <summary>Looks now: whoever measures for long names the commit that he began with.</summary>
    public static void Note()
    {
        _ = Commit;
    }

    private static string Read()
    {
        if (!Command.TryRun("git", ["rev-parse", "--short=12", "HEAD"], out string commit)) return "unknown";
        bool clean = Command.TryRun("git", ["status", "--porcelain", "--", ".", ":(exclude)benchmarks/results"], out string changes) && changes.Length == 0;
        return clean ? commit : commit + "-dirty";
    }
}
