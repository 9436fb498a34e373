using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Reports;
using EfficientNet.Benchmarks.Scorecard.Model;

namespace EfficientNet.Benchmarks.Scorecard;

/// <summary>The scorecard as text.</summary>
internal static class ScorecardReport
{
    public static string Write(IReadOnlyList<Row> rows)
    {
        var text = new StringBuilder("# Scorecard\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{Processor.Current}  \n");
        text.Append(CultureInfo.InvariantCulture, $"Commit {SourceVersion.Commit}  \n");
        text.Append(CultureInfo.InvariantCulture, $"{RuntimeInformation.FrameworkDescription}; {OnnxRuntimeVersion()}  \n\n");
        var table = new MarkdownTable("clause", "value", "goal", "met");
        foreach (Row row in rows) table.Add(row.Clause, row.Value, row.Goal, Word(row.Verdict));
        text.Append(table).Append('\n');
        text.Append(
            CultureInfo.InvariantCulture,
            $"{Count(Verdict.Met)} met, {Count(Verdict.Missed)} missed, {Count(Verdict.Failed)} failed, {Count(Verdict.NotMeasured)} not measured, {Count(Verdict.NoGoal)} without a goal.\n");
        return text.ToString();

        int Count(Verdict verdict) => rows.Count(row => row.Verdict == verdict);
    }

    /// <summary>How a verdict is written.</summary>
    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Met => "yes",
        Verdict.Missed => "NO",
        Verdict.NotMeasured => "?",
        Verdict.Failed => "FAILED",
        _ => "",
    };

    private static string OnnxRuntimeVersion()
    {
        string package = Folders.InRepository("benchmarks", "compare", "node", "node_modules", "onnxruntime-node", "package.json");
        if (!File.Exists(package)) return "ONNX Runtime is not installed";
        using var document = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(package));
        return $"ONNX Runtime {document.RootElement.GetProperty("version").GetString()}";
    }
}
