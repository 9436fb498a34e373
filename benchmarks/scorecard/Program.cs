using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Reports;
using EfficientNet.Benchmarks.Scorecard;
using EfficientNet.Benchmarks.Scorecard.Model;

if (args is [Probe.Verb, ..])
{
    Probe.Answer(args[1..]);
    return 0;
}

ScorecardOptions options;
try
{
    options = ScorecardOptions.Parse(args);
}
catch (ArgumentException exception)
{
    Console.Error.WriteLine(exception.Message);
    Console.Error.WriteLine(ScorecardOptions.Usage);
    return 2;
}

// What is measured is what was built: a commit that is made meanwhile is another.
SourceVersion.Note();
var rows = new List<Row>();
foreach (IClauseGroup group in options.Groups)
{
    Console.Error.WriteLine($"{group.Name} …");
    try
    {
        // Row by row: what a group found before it failed stays.
        foreach (Row row in group.Measure(options.Quick)) rows.Add(row);
    }
    catch (Exception exception)
    {
        // One clause that cannot be measured must not hide the others; the row says what happened.
        rows.Add(Row.Failed(group.Name, "", exception.Message));
    }
}

string report = ScorecardReport.Write(rows);
Console.Write(report);
Console.Error.WriteLine($"written to {ResultFile.Write(options.Output, "scorecard.md", report)}");
return rows.Any(row => row.Verdict is Verdict.Missed or Verdict.Failed) ? 1 : 0;
