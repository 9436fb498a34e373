using EfficientNet.Benchmarks.Machine;

namespace EfficientNet.Benchmarks.Data;

/// <summary>The section of <c>docs/training-data.md</c> that quotes a run; a test keeps it equal to the result file.</summary>
internal static class DocumentationPage
{
    private const string Heading = "\n## Measured\n";

    private static readonly string Page = Folders.InRepository("docs", "training-data.md");

    /// <summary>Puts a run in the place of the one that is quoted.</summary>
    /// <param name="result">The result file.</param>
    /// <param name="about">Its lines about machine and versions.</param>
    /// <param name="table">Its table.</param>
    public static void Quote(string result, string about, string table)
    {
        string before = File.ReadAllText(Page).Split(Heading)[0];
        string link = Path.GetRelativePath(Path.GetDirectoryName(Page)!, result).Replace('\\', '/');
        File.WriteAllText(Page, $"""
            {before}{Heading}
            Images a second of one core, by `benchmarks/data` ([the run]({link})):

            {about}

            {table.TrimEnd()}

            """);
    }
}
