using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace EfficientNet.Benchmarks.Machine;

/// <summary>The processor that the numbers belong to.</summary>
/// <param name="Name">Its maker's name for it.</param>
/// <param name="Generation">Family, model and stepping where the name alone says little; else empty.</param>
/// <param name="Cores">Logical processors that this program may use.</param>
internal sealed record Processor(string Name, string Generation, int Cores)
{
    /// <summary>This machine's.</summary>
    public static Processor Current { get; } = Read();

    /// <summary>A folder's name: lower case, letters and digits with hyphens between.</summary>
    public string Slug
    {
        get
        {
            string text = $"{Name} {Generation}".Replace("(R)", "", StringComparison.Ordinal).Replace("(TM)", "", StringComparison.Ordinal);
            var slug = new StringBuilder();
            foreach (char c in text.ToLowerInvariant())
            {
                if (char.IsAsciiLetterOrDigit(c)) slug.Append(c);
                else if (slug.Length > 0 && slug[^1] != '-') slug.Append('-');
            }

            return slug.ToString().Trim('-');
        }
    }

    /// <summary>One line for a report's header.</summary>
    public override string ToString()
    {
        string generation = Generation.Length == 0 ? "" : $" ({Generation})";
        return string.Create(CultureInfo.InvariantCulture, $"{Name}{generation}, {Cores} logical processors, {RuntimeInformation.OSDescription}");
    }

    private static Processor Read()
    {
        const string file = "/proc/cpuinfo";
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (File.Exists(file))
        {
            foreach (string line in File.ReadLines(file).TakeWhile(line => line.Length > 0))
            {
                int colon = line.IndexOf(':', StringComparison.Ordinal);
                if (colon > 0) fields.TryAdd(line[..colon].Trim(), line[(colon + 1)..].Trim());
            }
        }

        string name = fields.GetValueOrDefault("model name")
            ?? Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER")
            ?? $"{RuntimeInformation.ProcessArchitecture} processor";
        string generation = fields.TryGetValue("cpu family", out string? family) && fields.TryGetValue("model", out string? model)
            ? $"family {family} model {model}"
            : "";
        return new Processor(name, generation, Environment.ProcessorCount);
    }
}
