namespace EfficientNet.Compiler.Parsing;

internal enum JsonTokenKind
{
    StartObject,
    EndObject,
    StartArray,
    EndArray,
    Key,
    String,
    Number,
    True,
    False,
    Null,
}

/// <summary>One token of a JSON text; keys and strings include their quotes.</summary>
internal readonly record struct JsonToken(JsonTokenKind Kind, int Start, int Length);

/// <summary>The first place where a text stops being JSON.</summary>
internal sealed record JsonError(int Start, int Length, string Expected, string Found);

/// <summary>
/// Holds a text to RFC 8259 and says where its tokens lie.
/// </summary>
/// <remarks>
/// Newtonsoft.Json decodes the values, but it also accepts comments, single quotes, NaN, trailing commas and unquoted
/// keys, and its positions are those behind a token. So this pass goes first: what it rejects never reaches the
/// library, and its tokens, one for one in the library's order, carry the exact offsets. A byte order mark is
/// passed over, as the RFC allows; objects and arrays nest up to <see cref="MaximumDepth"/> deep.
/// </remarks>
internal sealed class StrictJson
{
    public const int MaximumDepth = 64;

    private readonly string _text;
    private readonly List<JsonToken> _tokens = [];
    private int _position;
    private int _depth;
    private JsonError? _error;

    private StrictJson(string text) => _text = text;

    /// <summary>The tokens of a valid text, or the first error of an invalid one.</summary>
    public static (IReadOnlyList<JsonToken> Tokens, JsonError? Error) Scan(string text)
    {
        var scanner = new StrictJson(text);
        if (text.Length > 0 && text[0] == '\uFEFF') scanner._position = 1;
        scanner.SkipWhiteSpace();
        if (scanner.Value())
        {
            scanner.SkipWhiteSpace();
            if (scanner._position < text.Length) scanner.Fail("the end of the file");
        }

        return (scanner._tokens, scanner._error);
    }

    private char Current => _position < _text.Length ? _text[_position] : '\0';

    private bool Value()
    {
        switch (Current)
        {
            case '{': return Nested(JsonTokenKind.StartObject, JsonTokenKind.EndObject, '}', Member);
            case '[': return Nested(JsonTokenKind.StartArray, JsonTokenKind.EndArray, ']', Value);
            case '"': return String(JsonTokenKind.String);
            case 't': return Word("true", JsonTokenKind.True);
            case 'f': return Word("false", JsonTokenKind.False);
            case 'n': return Word("null", JsonTokenKind.Null);
            case '-' or (>= '0' and <= '9'): return Number();
            default: return Fail("a value");
        }
    }

    private bool Nested(JsonTokenKind open, JsonTokenKind close, char closing, Func<bool> element)
    {
        if (++_depth > MaximumDepth) return Fail($"at most {MaximumDepth} levels of nesting", length: 1, found: "one more");
        _tokens.Add(new JsonToken(open, _position++, 1));
        SkipWhiteSpace();
        if (Current != closing)
        {
            while (true)
            {
                if (!element()) return false;
                SkipWhiteSpace();
                if (Current == closing) break;
                if (Current != ',') return Fail($"',' or '{closing}'");
                _position++;
                SkipWhiteSpace();
                if (Current == closing) return Fail($"{(closing == '}' ? "a key" : "a value")} after the comma");
            }
        }

        _tokens.Add(new JsonToken(close, _position++, 1));
        _depth--;
        return true;
    }

    private bool Member()
    {
        if (Current != '"') return Fail("a key in double quotes");
        if (!String(JsonTokenKind.Key)) return false;
        SkipWhiteSpace();
        if (Current != ':') return Fail("':' after the key");
        _position++;
        SkipWhiteSpace();
        return Value();
    }

    private bool String(JsonTokenKind kind)
    {
        int start = _position++;
        while (Current != '"')
        {
            if (_position >= _text.Length) return Fail("a closing double quote");
            if (Current < ' ') return Fail("an escape such as \\n", length: 1, found: $"the control character U+{(int)Current:X4}");
            if (Current == '\uFFFD') return Fail("text in UTF-8", length: 1, found: "U+FFFD, which stands for bytes that are not");
            if (Current == '\\' && !Escape()) return false;
            _position++;
        }

        _position++;
        _tokens.Add(new JsonToken(kind, start, _position - start));
        return true;
    }

    /// <summary>Stops on the escape's last unit.</summary>
    private bool Escape()
    {
        int start = _position++;
        if (Current == 'u')
        {
            for (int digit = 0; digit < 4; digit++)
            {
                _position++;
                if (!Uri.IsHexDigit(Current)) return Fail("four hexadecimal digits after \\u");
            }

            return true;
        }

        if (Current != '\0' && "\"\\/bfnrt".IndexOf(Current) >= 0) return true;
        string found = $"'{_text.Substring(start, Math.Min(2, _text.Length - start))}'";
        if (Current < ' ') found = $"the control character U+{(int)Current:X4}";
        if (_position >= _text.Length) found = "the end of the file";
        _position = start;
        return Fail("one of the escapes \\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u", length: 2, found: found);
    }

    private bool Number()
    {
        int start = _position;
        if (Current == '-') _position++;
        if (Current == '0')
        {
            _position++;
            if (IsDigit(Current)) return Fail("no digit after a leading zero");
        }
        else if (!Digits("a digit"))
        {
            return false;
        }

        if (Current == '.')
        {
            _position++;
            if (!Digits("a digit after the decimal point")) return false;
        }

        if (Current is 'e' or 'E')
        {
            _position++;
            if (Current is '+' or '-') _position++;
            if (!Digits("a digit of the exponent")) return false;
        }

        // Without this, 1x and 0x10 would fail only at the comma that is not there.
        if (IsWordPart(Current)) return Fail("the end of the number");
        _tokens.Add(new JsonToken(JsonTokenKind.Number, start, _position - start));
        return true;
    }

    private bool Digits(string expected)
    {
        if (!IsDigit(Current)) return Fail(expected);
        while (IsDigit(Current)) _position++;
        return true;
    }

    private bool Word(string word, JsonTokenKind kind)
    {
        if (WordLength() != word.Length || string.CompareOrdinal(_text, _position, word, 0, word.Length) != 0) return Fail("a value");
        _tokens.Add(new JsonToken(kind, _position, word.Length));
        _position += word.Length;
        return true;
    }

    private void SkipWhiteSpace()
    {
        while (Current is ' ' or '\t' or '\n' or '\r') _position++;
    }

    private bool Fail(string expected)
    {
        if (_position >= _text.Length) return Fail(expected, length: 0, found: "the end of the file");
        if (Current == '/' && _position + 1 < _text.Length && _text[_position + 1] is '/' or '*')
        {
            return Fail(expected, length: 2, found: "a comment, which JSON does not have");
        }

        int length = Math.Max(WordLength(), 1);
        string found = Current switch
        {
            '\'' => "a single quote",
            < ' ' or '\u007F' or '\uFEFF' => $"the character U+{(int)Current:X4}",
            _ => $"'{_text.Substring(_position, Math.Min(length, 40))}'",
        };
        return Fail(expected, length, found);
    }

    private bool Fail(string expected, int length, string found)
    {
        _error = new JsonError(_position, length, expected, found);
        return false;
    }

    /// <summary>How far a word reaches from here, so that an error underlines all of <c>-Infinity</c> or <c>None</c>.</summary>
    private int WordLength()
    {
        int end = _position;
        while (end < _text.Length && IsWordPart(_text[end])) end++;
        return end - _position;
    }

    private static bool IsDigit(char c) => c is >= '0' and <= '9';

    private static bool IsWordPart(char c) => char.IsLetterOrDigit(c) || c is '_' or '$' or '+' or '-' or '.';
}
