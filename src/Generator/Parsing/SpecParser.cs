using EfficientNet.Compiler.Diagnostics;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;

namespace EfficientNet.Compiler.Parsing;

/// <summary>Reads one spec file: a pure function of its text and of what the project says.</summary>
internal static class SpecParser
{
    private const string Public = "public";

    private const string Internal = "internal";

    // Twice as long as any that a format lists.
    private const int LongestPlacedKey = 64;

    /// <summary>Parses <paramref name="text"/>, filling every default in.</summary>
    /// <param name="path">The file's path, for diagnostics only.</param>
    /// <param name="text">The file's text.</param>
    /// <param name="defaults">What the project adds.</param>
    public static ParseResult Parse(string path, string text, SpecDefaults defaults)
    {
        var diagnostics = new DiagnosticBag(path, new LineMap(text));
        ArchitectureSpec? spec = null;
        var positions = new List<ValuePosition>();
        if (text.All(c => char.IsWhiteSpace(c) || c == '\uFEFF'))
        {
            diagnostics.Error(DiagnosticIds.EmptyFile, 0, 0);
        }
        else if (JsonTreeReader.Read(text, diagnostics) is { } root)
        {
            if (root.Kind == JsonTokenKind.StartObject)
            {
                Collect(root, "", positions, diagnostics);
                var reader = new ObjectReader(root, SpecFormat.Root, "", diagnostics);
                spec = Read(reader, defaults, diagnostics, FileName(path));
                CheckProject(defaults, diagnostics);
                if (!diagnostics.HasErrors) CollapsedMaps.Check(reader, spec, diagnostics);
            }
            else
            {
                diagnostics.Error(DiagnosticIds.WrongType, root, "the spec", SpecFormat.Root.Describe(), root.Describe());
            }
        }

        return new ParseResult(path, diagnostics.HasErrors ? null : spec, diagnostics.ToArray(), positions.ToEquatableArray());
    }

    /// <summary>
    /// The last part of a path of either kind of system: folders differ between machines, and generated code must not. A
    /// control character, which a file name may hold, would end the comment that the name is written into.
    /// </summary>
    private static string FileName(string path)
    {
        string name = path.Substring(path.LastIndexOfAny(['/', '\\']) + 1);
        return new string([.. name.Select(c => char.IsControl(c) || c is '\u2028' or '\u2029' ? '?' : c)]);
    }

    private static ArchitectureSpec Read(ObjectReader root, SpecDefaults defaults, DiagnosticBag diagnostics, string fileName)
    {
        _ = root.Text("$schema");
        FamilyPreset family = root.Choice("family", Families.V1);
        Convention convention = root.Choice("convention", family.Convention);
        EquatableArray<StageSpec>? stages = StageTableParser.Read(root, family);
        ScalingSpec scaling = ScalingParser.Read(root, diagnostics, out bool knowsResolution);
        BatchNormSpec? batchNorm = SectionParser.BatchNorm(root, family.BatchNorm ?? convention.BatchNorm);
        // Zero where the spec says something that cannot be: nothing else contradicts that.
        int classes = root.Integer("classes", root.Has("classes") ? 0 : Conventions.Classes);
        bool training = TrainingOf(root, defaults);
        EquatableArray<string> byDefault = ArchitectureSpec.TrainingInstructionSetsByDefault;
        return new ArchitectureSpec
        {
            Name = NameOf(root, defaults, diagnostics),
            SourceName = fileName,
            Namespace = SectionParser.Name(root, "namespace", Identifiers.NamespaceComplaint, diagnostics) ?? defaults.Namespace,
            IsInternal = defaults.Accessibility == Internal,
            InstructionSets = InstructionSetsOf(defaults, ArchitectureSpec.EveryInstructionSet),
            TrainingInstructionSets = training ? InstructionSetsOf(defaults, byDefault) : byDefault,
            Convention = convention.Name,
            Family = stages is null ? family.Name : Families.Custom,
            Scaling = scaling,
            Rounding = SectionParser.Rounding(root, family.Rounding),
            Stem = SectionParser.Stem(root, family),
            Stages = stages ?? family.Stages,
            Head = SectionParser.Head(root, family.Head ?? convention.Head),
            Activation = root.Choice("activation", family.Activation),
            Padding = root.Choice("padding", convention.Padding),
            BatchNorm = batchNorm,
            Biases = SectionParser.Biases(root, byDefault: batchNorm is null),
            Classes = classes,
            Dropout = root.Number("dropout", Conventions.Dropout),
            StochasticDepth = root.Number("stochasticDepth", Conventions.StochasticDepth),
            Preprocessing = PreprocessingParser.Read(root, family, convention, scaling.Resolution, knowsResolution),
            Labels = PreprocessingParser.Labels(root, classes),
            Training = training,
            EmbedsWeights = defaults.EmbedsWeights,
            Checked = defaults.Checked is { } asked && IsTrue(asked),
        };
    }

    /// <summary>The project's name for the class, else the spec's; the spec's must be good either way.</summary>
    private static string NameOf(ObjectReader root, SpecDefaults defaults, DiagnosticBag diagnostics)
    {
        string name = SectionParser.Name(root, "name", Identifiers.ClassComplaint, diagnostics) ?? "";
        return defaults.ClassName ?? name;
    }

    /// <summary>What the project says, else the spec; the spec's must be good either way.</summary>
    private static bool TrainingOf(ObjectReader root, SpecDefaults defaults)
    {
        bool own = root.Flag("training", false);
        return defaults.Training is { } said ? IsTrue(said) : own;
    }

    private static bool IsTrue(string value) => value.Equals("true", StringComparison.OrdinalIgnoreCase);

    /// <summary>Those that the project names, each once and in order of preference.</summary>
    private static EquatableArray<string> InstructionSetsOf(SpecDefaults defaults, EquatableArray<string> otherwise)
    {
        if (defaults.InstructionSets is null) return otherwise;
        string[] named = Words(defaults.InstructionSets);
        return ArchitectureSpec.EveryInstructionSet.Where(named.Contains).ToEquatableArray();
    }

    private static string[] Words(string list) => [.. list.Split(',', ';').Select(word => word.Trim())];

    /// <summary>What the project file says is placed at the spec's head: the project's own text is not known here.</summary>
    private static void CheckProject(SpecDefaults defaults, DiagnosticBag diagnostics)
    {
        if (defaults.ClassName is { } name && Identifiers.ClassComplaint(name) is { } complaint)
        {
            diagnostics.Error(DiagnosticIds.InvalidName, 0, 0, "ClassName", JsonNode.Shorten(name), complaint);
        }

        if (defaults.Accessibility is { } word && word is not (Public or Internal))
        {
            diagnostics.Error(DiagnosticIds.UnknownValue, 0, 0, "Accessibility", JsonNode.Shorten(word), $"expected '{Public}' or '{Internal}'");
        }

        CheckFlag("Training", defaults.Training, diagnostics);
        CheckFlag("Checked", defaults.Checked, diagnostics);

        foreach (string set in Words(defaults.InstructionSets ?? "portable").Except(ArchitectureSpec.EveryInstructionSet))
        {
            diagnostics.Error(
                DiagnosticIds.UnknownValue, 0, 0, "InstructionSets", JsonNode.Shorten(set), $"expected words of '{string.Join(",", ArchitectureSpec.EveryInstructionSet)}'");
        }
    }

    private static void CheckFlag(string name, string? value, DiagnosticBag diagnostics)
    {
        if (value is null || IsTrue(value) || value.Equals("false", StringComparison.OrdinalIgnoreCase)) return;
        diagnostics.Error(DiagnosticIds.UnknownValue, 0, 0, name, JsonNode.Shorten(value), "expected 'true' or 'false'");
    }

    private static void Collect(JsonNode node, string path, List<ValuePosition> positions, DiagnosticBag diagnostics)
    {
        positions.Add(new ValuePosition(path, diagnostics.Span(node)));
        foreach (JsonMember member in node.Members)
        {
            // Unknown keys are never asked for, and the path of a long one would be written again for each value within.
            if (member.Key.Length > LongestPlacedKey) continue;
            Collect(member.Node, path.Length == 0 ? member.Key : $"{path}.{member.Key}", positions, diagnostics);
        }

        // Elements of long lists of labels are never asked for by a later stage.
        if (node.Items.Count > SpecFormat.MaximumStages) return;
        for (int i = 0; i < node.Items.Count; i++) Collect(node.Items[i], $"{path}[{Numbers.Show(i)}]", positions, diagnostics);
    }
}
