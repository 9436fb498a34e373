using EfficientNet.Compiler.Parsing;
using Microsoft.CodeAnalysis.CSharp;

namespace EfficientNet.Compiler.Tests.Parsing;

public class IdentifierTests
{
    [Fact]
    public void Every_reserved_word_of_the_language_is_refused()
    {
        string[] reserved = SyntaxFacts.GetReservedKeywordKinds().Select(SyntaxFacts.GetText).ToArray();
        reserved.Length.ShouldBeGreaterThan(70);
        foreach (string word in reserved) Identifiers.Complaint(word).ShouldBe("a C# keyword", word);
    }

    [Theory]
    [InlineData("EfficientNetB0")]
    [InlineData("_x")]
    [InlineData("Ünïcödé")]
    [InlineData("网络")]
    [InlineData("a\u0301")]
    [InlineData("1N")]
    [InlineData("My Net")]
    [InlineData("My-Net")]
    [InlineData("@class")]
    [InlineData("N\u200D")]
    [InlineData("N;")]
    [InlineData("")]
    public void A_name_is_judged_as_the_compiler_judges_it(string name)
    {
        // The compiler would drop a formatting character silently: two names that look alike would be one class.
        bool expected = SyntaxFacts.IsValidIdentifier(name) && !name.Contains('\u200D');
        (Identifiers.Complaint(name) is null).ShouldBe(expected);
    }

    [Theory]
    [InlineData("A", true)]
    [InlineData("A.B.C1", true)]
    [InlineData("A..B", false)]
    [InlineData(".A", false)]
    [InlineData("A.", false)]
    [InlineData("A.namespace", false)]
    [InlineData("A.1", false)]
    [InlineData("shop.record", true)]
    [InlineData("file", true)]
    public void A_namespace_is_identifiers_joined_by_dots(string name, bool valid) =>
        (Identifiers.NamespaceComplaint(name) is null).ShouldBe(valid);

    /// <summary>Words that are keywords only where the grammar expects them: C# refuses them to types.</summary>
    [Theory]
    [InlineData("record")]
    [InlineData("file")]
    [InlineData("await")]
    [InlineData("where")]
    public void A_contextual_keyword_names_no_class_but_a_namespace(string word)
    {
        Identifiers.ClassComplaint(word).ShouldBe("a C# keyword");
        Identifiers.NamespaceComplaint($"My.{word}").ShouldBeNull();
        Identifiers.Sanitize($"my-app.{word}").ShouldBe($"my_app.{word}");
    }

    [Theory]
    [InlineData("widht", "width")]
    [InlineData("Width", "width")]
    [InlineData("batch_norm", "batchNorm")]
    [InlineData("squeeze_excite", "squeezeExcite")]
    [InlineData("stage", "stages")]
    [InlineData("x", null)]
    [InlineData("momentum", null)]
    public void A_misspelt_word_is_told_from_a_strange_one(string word, string? nearest) =>
        Suggestions.Nearest(word, ["width", "depth", "batchNorm", "stages", "squeezeExcite", "phi"]).ShouldBe(nearest);

    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("depth", "depth", 0)]
    [InlineData("dpeth", "depth", 1)]
    [InlineData("deph", "depth", 1)]
    [InlineData("wdthi", "width", 2)]
    public void Distance_counts_insertions_deletions_substitutions_and_swaps(string a, string b, int distance)
    {
        Suggestions.Distance(a, b).ShouldBe(distance);
        Suggestions.Distance(b, a).ShouldBe(distance);
    }
}
