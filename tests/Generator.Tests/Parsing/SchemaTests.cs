using System.Text.Json;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Parsing;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Parsing;

/// <summary>Holds parser, JSON schema, documentation and defaults together, key by key.</summary>
public sealed class SchemaTests : IDisposable
{
    private readonly JsonDocument _schema = JsonDocument.Parse(Repository.Read("specs", "efficientnet.schema.json"));

    private readonly Dictionary<string, string[]> _documented = Repository.Read("docs", "spec-format.md").Split('\n')
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
        .Select(line => line.Trim('|', ' ').Split(" | "))
        .Where(cells => cells.Length == 4)
        .ToDictionary(cells => cells[0].Trim('`'));

    public void Dispose() => _schema.Dispose();

    [Fact]
    public void Schema_and_documentation_have_the_parsers_keys_with_its_types_and_limits()
    {
        var described = new List<string>();
        CompareObject(SpecFormat.Root, _schema.RootElement, "", described);
        described.Count.ShouldBeGreaterThan(50);
        _documented.Keys.ShouldBe(described, ignoreOrder: true);
    }

    [Fact]
    public void Every_default_of_schema_and_documentation_is_the_parsers()
    {
        int compared = 0;
        foreach ((string path, JsonElement schema) in Leaves(_schema.RootElement, ""))
        {
            string documented = _documented[path][2];
            if (!schema.TryGetProperty("default", out JsonElement value))
            {
                documented.ShouldNotStartWith("`", Case.Sensitive, path);
                continue;
            }

            using (JsonDocument inDocs = JsonDocument.Parse(documented.Trim('`'))) JsonElement.DeepEquals(inDocs.RootElement, value).ShouldBeTrue(path);
            (string without, string with) = Texts(path, value.GetRawText());
            Specs.Valid(with).ShouldBe(Specs.Valid(without), path);
            compared++;
        }

        compared.ShouldBeGreaterThan(25);
    }

    [Fact]
    public void Examples_of_the_documentation_are_valid()
    {
        string[] examples = Markdown.Blocks(Repository.Read("docs", "spec-format.md"), "json");
        examples.Length.ShouldBe(2);
        foreach (string example in examples) Specs.Valid(example);
        Specs.Valid(examples[0]).ShouldBe(Specs.Valid(Specs.B0));
    }

    [Fact]
    public void The_documented_conventions_are_the_tables()
    {
        string text = Repository.Read("docs", "spec-format.md");
        string[] Row(string name) => text.Split('\n').Single(line => line.StartsWith($"| {name} |", StringComparison.Ordinal)).Trim('|', ' ').Split(" | ")[1..];
        Convention[] table = [Conventions.Torchvision, Conventions.Timm, Conventions.TensorFlow];
        Row("padding").ShouldBe(table.Select(row => row.Padding == PaddingMode.Same ? "same" : "symmetric"));
        Row("BatchNorm epsilon").ShouldBe(table.Select(row => row.BatchNorm.Epsilon == 1e-3 ? "1e-3" : "1e-5"));
        Row("BatchNorm momentum").ShouldBe(table.Select(row => Numbers.Show(row.BatchNorm.Momentum)));
        Row("head width").ShouldBe(table.Select(row => row.Head.Rule == HeadRule.Scaled ? $"round({row.Head.Channels} × width)" : $"{row.Head.Channels} × last stage"));
        Row("resize for a crop").ShouldBe(table.Select(row =>
        {
            string rule = row.MarginRule == ResizeMargin.SevenEighths ? "crop·8/7" : "crop + 32";
            return row.PublishedResizes.Count == 0 ? rule : string.Join(", ", row.PublishedResizes.Select(pair => $"{pair.Crop}→{pair.Resize}")) + $", else {rule}";
        }));
    }

    [Fact]
    public void The_documented_stages_of_V2_are_the_tables()
    {
        string text = Repository.Read("docs", "spec-format.md");
        foreach (FamilyPreset family in new[] { Families.V2, Families.V2S, Families.V2M, Families.V2L })
        {
            family.Stages.ShouldAllBe(stage => stage.Kernel == 3 && stage.DepthScaled);
            string stages = string.Join(", ", family.Stages.Select(stage =>
                $"{SpecFormat.Block.NameOf(stage.Block)} {stage.Expansion}: {stage.Channels}×{stage.Repeats}{(stage.Stride == 2 ? " /2" : "")}"));
            text.Split('\n').Count(line => line.StartsWith($"| `{family.Name}`", StringComparison.Ordinal) && line.EndsWith($" | {family.Stem.Channels} | {stages} |", StringComparison.Ordinal)).ShouldBe(1, family.Name);
        }
    }

    private void CompareObject(ObjectFormat format, JsonElement schema, string path, List<string> described)
    {
        schema.GetProperty("additionalProperties").GetBoolean().ShouldBeFalse(path);
        JsonElement properties = schema.GetProperty("properties");
        properties.EnumerateObject().Select(property => property.Name).ShouldBe(format.Keys.Select(key => key.Name), path);
        string[] required = schema.TryGetProperty("required", out JsonElement names) ? names.EnumerateArray().Select(name => name.GetString()!).ToArray() : [];
        required.ShouldBe(format.Keys.Where(key => key.Required).Select(key => key.Name), path);
        foreach (KeyFormat key in format.Keys)
        {
            string keyPath = path + key.Name;
            described.Add(keyPath);
            string[] row = _documented.GetValueOrDefault(keyPath).ShouldNotBeNull(keyPath);
            row[1].ShouldBe(key.Value.Describe(), keyPath);
            (row[2] == "required").ShouldBe(key.Required, keyPath);
            JsonElement value = properties.GetProperty(key.Name);
            value.GetProperty("description").GetString().ShouldNotBeNullOrWhiteSpace(keyPath);
            Compare(key.Value, value, keyPath, described);
        }
    }

    private void Compare(ValueFormat format, JsonElement schema, string path, List<string> described)
    {
        switch (format)
        {
            case TextFormat: Type("string"); break;
            case FlagFormat: Type("boolean"); break;
            case AbsentFormat: schema.GetProperty("const").GetBoolean().ShouldBeFalse(path); break;
            case ChoiceFormat choice: schema.GetProperty("enum").EnumerateArray().Select(name => name.GetString()).ShouldBe(choice.Names, path); break;
            case NumberFormat number:
                Type("number");
                schema.GetProperty(number.AboveLow ? "exclusiveMinimum" : "minimum").GetDouble().ShouldBe(number.Low, path);
                schema.GetProperty(number.BelowHigh ? "exclusiveMaximum" : "maximum").GetDouble().ShouldBe(number.High, path);
                break;
            case IntegerFormat { Odd: true } integer:
                Type("integer");
                schema.GetProperty("enum").EnumerateArray().Select(value => value.GetInt32())
                    .ShouldBe(Enumerable.Range(integer.Low, integer.High).Where(value => integer.Contains(value)), path);
                break;
            case IntegerFormat integer:
                Type("integer");
                schema.GetProperty("minimum").GetInt32().ShouldBe(integer.Low, path);
                schema.GetProperty("maximum").GetInt32().ShouldBe(integer.High, path);
                break;
            case ArrayFormat array:
                Type("array");
                schema.GetProperty("minItems").GetInt32().ShouldBe(array.Low, path);
                schema.GetProperty("maxItems").GetInt32().ShouldBe(array.High, path);
                Compare(array.Element, schema.GetProperty("items"), path + "[]", described);
                break;
            case ObjectFormat nested:
                Type("object");
                CompareObject(nested, schema, path + ".", described);
                break;
            case EitherFormat either:
                JsonElement[] alternatives = schema.GetProperty("oneOf").EnumerateArray().ToArray();
                alternatives.Length.ShouldBe(either.Alternatives.Length, path);
                for (int i = 0; i < alternatives.Length; i++) Compare(either.Alternatives[i], alternatives[i], path, described);
                break;
            default: throw new InvalidOperationException($"{path}: no rule for {format.GetType()}.");
        }

        void Type(string name) => schema.GetProperty("type").GetString().ShouldBe(name, path);
    }

    private static IEnumerable<(string Path, JsonElement Schema)> Leaves(JsonElement schema, string path)
    {
        foreach (JsonProperty property in schema.GetProperty("properties").EnumerateObject())
        {
            string keyPath = path + property.Name;
            yield return (keyPath, property.Value);
            JsonElement value = property.Value;
            if (value.TryGetProperty("items", out JsonElement items)) (value, keyPath) = (items, keyPath + "[]");
            else if (value.TryGetProperty("oneOf", out JsonElement oneOf)) value = oneOf[0];
            if (!value.TryGetProperty("properties", out _)) continue;
            foreach ((string Path, JsonElement Schema) leaf in Leaves(value, keyPath + ".")) yield return leaf;
        }
    }

    /// <summary>A spec that leaves a key to its default, and the same with the default written out.</summary>
    private static (string Without, string With) Texts(string path, string value)
    {
        const string scaling = "\"width\": 1, \"depth\": 1, \"resolution\": 224";
        string[] parts = path.Split('.');
        string key = $", \"{parts[^1]}\": {value}";
        if (parts[0] is "alpha" or "beta" or "gamma") return Both("{\"name\": \"N\", \"phi\": 1@}");
        if (parts[0] == "stages[]")
        {
            return Both("{\"name\": \"N\", \"resolution\": 32, \"stages\": [{\"kernel\": 3, \"stride\": 1, \"expansion\": 1, \"channels\": 8, \"repeats\": 1@}]}");
        }

        return parts.Length == 1
            ? Both($"{{\"name\": \"N\", {scaling}@}}")
            : ($"{{\"name\": \"N\", {scaling}}}", $"{{\"name\": \"N\", {scaling}, \"{parts[0]}\": {{{key[2..]}}}}}");

        (string Without, string With) Both(string text) => (text.Replace("@", ""), text.Replace("@", key));
    }
}
