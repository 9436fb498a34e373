using System.Text.RegularExpressions;
using EfficientNet.Compiler.Tests.Support;
using EfficientNet.Testing;

namespace EfficientNet.Compiler.Tests.Emission;

/// <summary>The page on generated code shows what is generated; <c>UPDATE_SNAPSHOTS=1</c> refreshes it from the accepted snapshots.</summary>
public class GeneratedCodePageTests
{
    private static readonly string PagePath = Path.Combine(Repository.Root, "docs", "generated-code.md");

    [Fact]
    public void Excerpts_are_the_accepted_code()
    {
        string page = File.ReadAllText(PagePath);
        string surface = Excerpt("Surface", from: "/// <summary>Tiny:", upTo: "    public const int Features");
        string forward = Excerpt("Forward", from: "// Every worker runs this", upTo: "        // 1.0 projection");
        string refreshed = Replace(Replace(page, "Surface", surface), "Forward", forward);
        if (Environment.GetEnvironmentVariable(Snapshot.UpdateVariable) == "1") File.WriteAllText(PagePath, refreshed);
        page.ShouldBe(refreshed, "UPDATE_SNAPSHOTS=1 refreshes the page");
    }

    [Fact]
    public void The_table_of_steps_is_the_pipelines()
    {
        PipelineSteps.All.ShouldBe(typeof(PipelineSteps).GetFields().Select(step => (string)step.GetRawConstantValue()!));
        Regex.Matches(Markdown.Section(File.ReadAllText(PagePath), "The generator's steps"), "^\\| `([A-Za-z]+)` \\|", RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value)
            .ShouldBe(PipelineSteps.All);
    }

    private static string Excerpt(string snapshot, string from, string upTo)
    {
        string[] lines = Repository.Read("tests", "Generator.Tests", "Emission", "Snapshots", $"NetworkSnapshots.{snapshot}.verified.cs").Split('\n');
        int first = Array.FindIndex(lines, line => line.StartsWith(from, StringComparison.Ordinal));
        int last = Array.FindIndex(lines, line => line.StartsWith(upTo, StringComparison.Ordinal));
        first.ShouldBeGreaterThanOrEqualTo(0, $"no line of {snapshot} begins with '{from}'");
        last.ShouldBeGreaterThan(first, $"no line of {snapshot} begins with '{upTo}'");
        return string.Concat(lines[first..last].Select(line => line + "\n"));
    }

    private static string Replace(string page, string excerpt, string code)
    {
        string head = $"<!-- excerpt {excerpt} -->\n```csharp\n";
        int start = page.IndexOf(head, StringComparison.Ordinal) + head.Length;
        start.ShouldBeGreaterThan(head.Length, $"the page has no place for {excerpt}");
        return page[..start] + code + page[page.IndexOf("```", start, StringComparison.Ordinal)..];
    }
}
