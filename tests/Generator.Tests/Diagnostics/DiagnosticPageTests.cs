using System.Text.RegularExpressions;
using EfficientNet.Compiler.Diagnostics;
using EfficientNet.Compiler.Pipeline;
using EfficientNet.Compiler.Tests.Support;
using EfficientNet.Testing;
using Microsoft.CodeAnalysis;

namespace EfficientNet.Compiler.Tests.Diagnostics;

public class DiagnosticPageTests
{
    public static readonly TheoryData<string> Ids = [.. typeof(DiagnosticIds).GetFields().Select(id => (string)id.GetRawConstantValue()!)];

    [Theory]
    [MemberData(nameof(Ids))]
    public void Every_id_has_a_descriptor_a_release_note_and_a_page_that_agree(string id)
    {
        DiagnosticDescriptor descriptor = DiagnosticDescriptors.Get(id);
        descriptor.Id.ShouldBe(id);
        string severity = descriptor.DefaultSeverity.ToString();
        Repository.Read("src", "Generator", "AnalyzerReleases.Unshipped.md").Split('\n')
            .Concat(Repository.Read("src", "Generator", "AnalyzerReleases.Shipped.md").Split('\n'))
            .ShouldContain($"{id} | EfficientNet.Compiler | {severity} | {descriptor.Title}");

        string page = Repository.Read(descriptor.HelpLinkUri.Split('/'));
        page.ShouldStartWith($"# {id}: {descriptor.Title}\n\n*{severity}.* `{descriptor.MessageFormat}`\n");
        Markdown.Section(page, "Wrong").ShouldNotBeNullOrWhiteSpace();
        Markdown.Section(page, "Right").ShouldNotBeNullOrWhiteSpace();
        Repository.Read("docs", "diagnostics", "README.md").Split('\n').ShouldContain($"| [{id}]({id}.md) | {severity} | {descriptor.Title} |");
    }

    [Fact]
    public void No_descriptor_and_no_page_is_without_an_id()
    {
        string[] ids = typeof(DiagnosticIds).GetFields().Select(id => (string)id.GetRawConstantValue()!).Order(StringComparer.Ordinal).ToArray();
        DiagnosticDescriptors.All.Select(descriptor => descriptor.Id).Order(StringComparer.Ordinal).ShouldBe(ids);
        Repository.Files("docs/diagnostics", "ENC*.md").Select(file => Path.GetFileNameWithoutExtension(file)).ShouldBe(ids);
    }

    [Fact]
    public void Every_message_of_the_build_files_is_on_their_page_and_no_other()
    {
        string targets = Repository.Read("src", "Generator", "build", "EfficientNet.Compiler.targets");
        string[] said = Regex.Matches(targets, "Code=\"(ENC[0-9]+)\"").Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal).ToArray();
        string[] described = Regex.Matches(Repository.Read("docs", "diagnostics", "build.md"), "^## (ENC[0-9]+): ", RegexOptions.Multiline)
            .Select(match => match.Groups[1].Value).ToArray();
        described.ShouldBe(said);
        said.ShouldNotBeEmpty();
        said.Intersect(DiagnosticDescriptors.All.Select(descriptor => descriptor.Id)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_wrong_example_gives_this_diagnostic_and_the_right_one_none(string id)
    {
        string page = Repository.Read("docs", "diagnostics", $"{id}.md");
        string[] wrong = Markdown.Blocks(Markdown.Section(page, "Wrong"), "json");
        string[] right = Markdown.Blocks(Markdown.Section(page, "Right"), "json");
        wrong.Length.ShouldBe(right.Length);
        // What no spec can show has its example in a project file, or in words.
        if (wrong.Length == 0) id.ShouldBeOneOf("ENC0002", "ENC0015", "ENC0016", "ENC0020", "ENC0021", "ENC9999");
        else Run(wrong, id).ShouldBe([id]);
        Run(right, id).ShouldBeEmpty();
    }

    private static string[] Run(string[] texts, string id)
    {
        // Only what the compiler itself refuses needs the compiler.
        bool compiles = id is DiagnosticIds.LimitExceeded or DiagnosticIds.CodeTooLarge;
        GeneratorHost host = new(compiles ? CompilerStages.Real : Failing.Nowhere);
        host.Add([.. texts.Select((text, i) => new SpecFile($"/{i}.efficientnet.json", text))]);
        return host.Run().Diagnostics.Select(diagnostic => diagnostic.Id).ToArray();
    }
}
