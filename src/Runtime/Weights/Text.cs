using System.Globalization;
using System.Text;

namespace EfficientNet.Runtime;

/// <summary>Puts what a file says into messages: names may be of any length and hold any character.</summary>
internal static class Text
{
    private const int LongestName = 120;
    private const int MostNames = 8;

    /// <summary>The text with control characters escaped, so that a message stays one line.</summary>
    public static string OneLine(string text)
    {
        if (!text.Any(IsBreaking))
            return text;
        var line = new StringBuilder(text.Length + 8);
        foreach (char c in text)
        {
            if (IsBreaking(c))
                line.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
            else
                line.Append(c);
        }
        return line.ToString();

        static bool IsBreaking(char c)
        {
            return char.IsControl(c) || c is '\u2028' or '\u2029';
        }
    }

    /// <summary>A tensor's name in quotes, cut when it is absurdly long.</summary>
    public static string Quote(string name)
    {
        return name.Length <= LongestName ? $"'{OneLine(name)}'" : $"'{OneLine(name[..LongestName])}…'";
    }

    /// <summary>The first few of a list, and how many more there are.</summary>
    public static string Some(IReadOnlyCollection<string> items)
    {
        string shown = string.Join(", ", items.Take(MostNames));
        return items.Count <= MostNames ? shown : $"{shown} and {items.Count - MostNames} more";
    }

    /// <summary>A shape as PyTorch prints it: <c>[32, 3, 3, 3]</c>.</summary>
    public static string Shape(IReadOnlyList<long> shape)
    {
        return shape.Count <= 16 ? $"[{string.Join(", ", shape)}]" : $"[{string.Join(", ", shape.Take(16))}, …]";
    }
}
