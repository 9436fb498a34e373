using System.Text.Json;
using EfficientNet.Compiler.Diagnostics;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Parsing;

public class StrictJsonTests
{
    public static readonly TheoryData<string, string> Refused = new()
    {
        { "{⟦//⟧ comment\n}", "expected a key in double quotes, found a comment, which JSON does not have" },
        { "{\"a\": 1 ⟦/*⟧ comment */}", "expected ',' or '}', found a comment, which JSON does not have" },
        { "{⟦'⟧a': 1}", "expected a key in double quotes, found a single quote" },
        { "{\"a\": ⟦'⟧b'}", "expected a value, found a single quote" },
        { "{⟦a⟧: 1}", "expected a key in double quotes, found 'a'" },
        { "{\"a\": ⟦NaN⟧}", "expected a value, found 'NaN'" },
        { "{\"a\": ⟦Infinity⟧}", "expected a value, found 'Infinity'" },
        { "{\"a\": -⟦Infinity⟧}", "expected a digit, found 'Infinity'" },
        { "{\"a\": ⟦True⟧}", "expected a value, found 'True'" },
        { "{\"a\": ⟦truest⟧}", "expected a value, found 'truest'" },
        { "{\"a\": ⟦undefined⟧}", "expected a value, found 'undefined'" },
        { "{\"a\": ⟦+1⟧}", "expected a value, found '+1'" },
        { "{\"a\": ⟦.5⟧}", "expected a value, found '.5'" },
        { "{\"a\": 0⟦1⟧}", "expected no digit after a leading zero, found '1'" },
        { "{\"a\": -0⟦12⟧}", "expected no digit after a leading zero, found '12'" },
        { "{\"a\": 1.⟦}⟧", "expected a digit after the decimal point, found '}'" },
        { "{\"a\": 1e⟦,⟧}", "expected a digit of the exponent, found ','" },
        { "{\"a\": 0⟦x10⟧}", "expected the end of the number, found 'x10'" },
        { "{\"a\": 1⟦_000⟧}", "expected the end of the number, found '_000'" },
        { "{\"a\": 1,⟦}⟧", "expected a key after the comma, found '}'" },
        { "[1,⟦]⟧", "expected a value after the comma, found ']'" },
        { "[1 ⟦2⟧]", "expected ',' or ']', found '2'" },
        { "{\"a\" ⟦1⟧}", "expected ':' after the key, found '1'" },
        { "{\"a\": ⟦}⟧", "expected a value, found '}'" },
        { "{⟦,⟧}", "expected a key in double quotes, found ','" },
        { "{} ⟦{⟧}", "expected the end of the file, found '{'" },
        { "{}\n⟦x⟧", "expected the end of the file, found 'x'" },
        { "{\"a\": \"caf⟦\uFFFD⟧\"}", "expected text in UTF-8, found U+FFFD, which stands for bytes that are not" },
        { "{\"a\": \"b⟦\n⟧\"}", "expected an escape such as \\n, found the control character U+000A" },
        { "{\"a\": \"b⟦\t⟧\"}", "expected an escape such as \\n, found the control character U+0009" },
        { "{\"a\": \"⟦\0⟧\"}", "expected an escape such as \\n, found the control character U+0000" },
        { "{\"a\": \"⟦\\x⟧41\"}", "expected one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u, found '\\x'" },
        { "{\"a\": \"\\u00⟦g0⟧\"}", "expected four hexadecimal digits after \\u, found 'g0'" },
        { "{\"a\": \"b⟦⟧", "expected a closing double quote, found the end of the file" },
        { "{\"a\": 1⟦⟧", "expected ',' or '}', found the end of the file" },
        { "{\"a\": \"⟦\\⟧", "expected one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u, found the end of the file" },
        { "{⟦\u00A0⟧\"a\": 1}", "expected a key in double quotes, found '\u00A0'" },
        { "{\"a\": 1}⟦\0⟧", "expected the end of the file, found the character U+0000" },
        { "{}⟦\uFEFF⟧", "expected the end of the file, found the character U+FEFF" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void What_RFC_8259_refuses_is_refused_at_its_place(string marked, string message)
    {
        Marked expected = Marked.Of(marked);
        ParseResult result = Specs.Parse(expected.Text);
        result.Spec.ShouldBeNull();
        DiagnosticInfo diagnostic = result.Diagnostics.ShouldHaveSingleItem();
        Specs.Message(diagnostic).ShouldBe("ENC0001: Invalid JSON: " + message);
        diagnostic.Span.ShouldBe(expected.Span);
    }

    [Fact]
    public void Nesting_ends_at_64_levels()
    {
        StrictJson.Scan(new string('[', 64) + new string(']', 64)).Error.ShouldBeNull();
        JsonError error = StrictJson.Scan(new string('[', 65) + new string(']', 65)).Error.ShouldNotBeNull();
        (error.Start, error.Expected).ShouldBe((64, "at most 64 levels of nesting"));
    }

    [Fact]
    public void A_hundred_thousand_brackets_are_an_error_and_no_stack_overflow() =>
        Specs.Parse(new string('[', 100_000)).Diagnostics.ShouldHaveSingleItem().Id.ShouldBe("ENC0001");

    [Theory]
    [InlineData("{\"name\": \"N\", \"width\": 1e-1, \"depth\": 1E+0, \"resolution\": 1.6e1}")]
    [InlineData("\uFEFF{\"name\": \"N\", \"width\": 1, \"depth\": 1, \"resolution\": 16}")]
    [InlineData("\r\n\t {\"name\":\"\\u004E\",\"width\":1,\"depth\":1,\"resolution\":16}\r\n\t ")]
    public void What_RFC_8259_allows_is_allowed(string text) => Specs.Valid(text).Name.ShouldBe("N");

    /// <summary>System.Text.Json is strict, and independent of both the scanner and Newtonsoft.Json.</summary>
    [Fact]
    public void On_ten_thousand_damaged_texts_the_scanner_agrees_with_a_strict_library()
    {
        const string alphabet = "{}[]\",:\\/'0123456789.eE+-tfnul \n\t\u0001xN";
        const string seed = "{\"a\": [1, -0.5e+3, true, false, null, \"x\\n\\u00e9\"], \"b\": {\"c\": {}, \"d\": []}, \"e\": 0}";
        var random = new Random(8259);
        int valid = 0;
        for (int round = 0; round < 10_000; round++)
        {
            var text = new List<char>(seed);
            for (int edit = random.Next(1, 4); edit > 0; edit--)
            {
                int at = random.Next(text.Count);
                int kind = random.Next(3);
                if (kind == 0) text.RemoveAt(at);
                else if (kind == 1) text.Insert(at, alphabet[random.Next(alphabet.Length)]);
                else text[at] = alphabet[random.Next(alphabet.Length)];
            }

            string damaged = new(text.ToArray());
            bool accepted = StrictJson.Scan(damaged).Error is null;
            accepted.ShouldBe(IsJson(damaged), damaged);
            valid += accepted ? 1 : 0;
            if (accepted) Specs.Parse(damaged).Diagnostics.ShouldNotBeEmpty(damaged);
        }

        valid.ShouldBeInRange(500, 9_500);
    }

    private static bool IsJson(string text)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
