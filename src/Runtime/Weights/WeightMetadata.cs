using System.Globalization;

namespace EfficientNet.Runtime;

/// <summary>
/// What a weight file says about the network that it was made for: what tensors alone do not show. Files that
/// <see cref="WeightConverter"/>, packing and training make carry all of it in the safetensors header's <c>__metadata__</c>, under keys that
/// begin with <c>efficientnet.</c>; of other files everything is null.
/// </summary>
public sealed record WeightMetadata
{
    private const string Prefix = "efficientnet.";
    private const string NetworkKey = Prefix + "network";
    private const string SpecKey = Prefix + "spec";
    private const string ConventionKey = Prefix + "convention";
    private const string PaddingKey = Prefix + "padding";
    private const string EpsilonKey = Prefix + "epsilon";
    private const string ActivationKey = Prefix + "activation";
    private const string ResolutionKey = Prefix + "resolution";
    private const string LabelsKey = Prefix + "labels";
    private const string MultiLabelKey = Prefix + "multi-label";
    private const string PreprocessingKey = Prefix + "preprocessing";

    /// <summary>The network's name, as its spec has it.</summary>
    public string? Network { get; init; }

    /// <summary>The network's spec as JSON, every default written out: <see cref="NetworkDescription.Spec"/>.</summary>
    public string? Spec { get; init; }

    /// <summary>The library whose defaults it follows: <c>torchvision</c>, <c>timm</c> or <c>tensorflow</c>.</summary>
    public string? Convention { get; init; }

    /// <summary>How convolutions padded when the weights were trained: <c>symmetric</c> or <c>same</c>.</summary>
    public string? Padding { get; init; }

    /// <summary>BatchNorm's epsilon when the weights were trained.</summary>
    public double? Epsilon { get; init; }

    /// <summary>The activation's name.</summary>
    public string? Activation { get; init; }

    /// <summary>Side of the square input, in pixels.</summary>
    public int? Resolution { get; init; }

    /// <summary>The names of the classes, in the order of their numbers.</summary>
    public IReadOnlyList<string>? Labels { get; init; }

    /// <summary>Whether the weights were trained for images that show any number of classes, so that each class's probability is a sigmoid by itself
    /// (<see cref="Session.ClassifyMultiLabel(ReadOnlySpan{float}, Span{float})"/>); null where it was not said, and images show one.</summary>
    public bool? IsMultiLabel { get; init; }

    /// <summary>From a photo to the input.</summary>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>What there is to say about a network.</summary>
    /// <param name="network">The network.</param>
    /// <param name="labels">The names of its classes, or null.</param>
    /// <exception cref="ArgumentException">There is another number of labels than of classes.</exception>
    public static WeightMetadata Of(NetworkDescription network, IReadOnlyList<string>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        return Of(network, labels, network.Classes);
    }

    /// <summary>What there is to say about a network that was trained for its first so many classes.</summary>
    internal static WeightMetadata Of(NetworkDescription network, IReadOnlyList<string>? labels, int classes)
    {
        if (labels is not null && labels.Count != classes)
            throw new ArgumentException($"{network.Name} has {classes} classes: there are {labels.Count} labels.", nameof(labels));
        return new WeightMetadata
        {
            Network = network.Name,
            Spec = network.Spec,
            Convention = network.Convention,
            Padding = network.Padding,
            Epsilon = network.Epsilon,
            Activation = network.Activation,
            Resolution = network.Resolution,
            Labels = labels,
            Preprocessing = network.Preprocessing,
        };
    }

    /// <summary>Reads what a file says.</summary>
    /// <param name="file">The file, of either format.</param>
    /// <exception cref="WeightFileException">A key that begins with <c>efficientnet.</c> has a value that cannot be
    /// understood. Unknown keys are left alone.</exception>
    public static WeightMetadata Read(WeightFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        IReadOnlyDictionary<string, string> said = file.Metadata;
        return new WeightMetadata
        {
            Network = said.GetValueOrDefault(NetworkKey),
            Spec = said.GetValueOrDefault(SpecKey),
            Convention = said.GetValueOrDefault(ConventionKey),
            Padding = Parse(PaddingKey, "symmetric or same", text => text is "symmetric" or "same" ? text : null),
            Epsilon = ParseValue(EpsilonKey, "a number from 0 to 1", Fraction),
            Activation = said.GetValueOrDefault(ActivationKey),
            Resolution = ParseValue(ResolutionKey, $"a whole number from 1 to {WeightMetadataJson.LargestSide}", WeightMetadataJson.Side),
            Labels = Parse(LabelsKey, "a JSON array of texts", WeightMetadataJson.ReadLabels),
            IsMultiLabel = ParseValue(MultiLabelKey, "true or false", Truth),
            Preprocessing = Parse(PreprocessingKey, "a JSON object with resize, crop (no larger), interpolation, mean and std", WeightMetadataJson.ReadPreprocessing),
        };

        T? Parse<T>(string key, string expected, Func<string, T?> parse)
            where T : class
        {
            return said.TryGetValue(key, out string? text) ? parse(text) ?? throw Invalid(key, expected) : null;
        }

        T? ParseValue<T>(string key, string expected, Func<string, T?> parse)
            where T : struct
        {
            return said.TryGetValue(key, out string? text) ? parse(text) ?? throw Invalid(key, expected) : null;
        }

        WeightFileException Invalid(string key, string expected) => new(file.Name, $"its metadata {key} is not {expected}");
    }

    /// <summary>Refuses what cannot be a network's.</summary>
    /// <param name="network">The network whose tensors the file has.</param>
    /// <param name="classes">Rows of the file's classifier.</param>
    /// <param name="file">The file's name.</param>
    /// <exception cref="WeightFileException">There is another number of labels than of classes.</exception>
    internal void ThrowIfNotOf(NetworkDescription network, int classes, string file)
    {
        if (Labels is not null && Labels.Count != classes)
            throw new WeightFileException(file, $"its metadata {LabelsKey} names {Labels.Count} {(Labels.Count == 1 ? "class" : "classes")}: {network.Name} has {classes}");
    }

    /// <summary>A network's preprocessing with these weights. Filter, mean and std belong to the weights; sides belong to
    /// the resolution, which may be another than that of training.</summary>
    internal Preprocessing PreprocessingFor(NetworkDescription network)
    {
        Preprocessing own = network.Preprocessing;
        if (Preprocessing is not { } said)
            return own;
        return said.Crop == network.Resolution ? said : said with { Resize = own.Resize, Crop = own.Crop };
    }

    /// <summary>For the header of a safetensors file; what is null is left out.</summary>
    public IReadOnlyDictionary<string, string> ToDictionary()
    {
        var said = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(NetworkKey, Network);
        Add(SpecKey, Spec);
        Add(ConventionKey, Convention);
        Add(PaddingKey, Padding);
        Add(EpsilonKey, Epsilon?.ToString("R", CultureInfo.InvariantCulture));
        Add(ActivationKey, Activation);
        Add(ResolutionKey, Resolution?.ToString(CultureInfo.InvariantCulture));
        Add(LabelsKey, Labels is null ? null : WeightMetadataJson.Write(Labels));
        Add(MultiLabelKey, IsMultiLabel switch { true => "true", false => "false", null => null });
        Add(PreprocessingKey, Preprocessing is null ? null : WeightMetadataJson.Write(Preprocessing));
        return said;

        void Add(string key, string? value)
        {
            if (value is not null)
                said.Add(key, value);
        }
    }

    private static bool? Truth(string text)
    {
        return text switch { "true" => true, "false" => false, _ => null };
    }

    private static double? Fraction(string text)
    {
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number is >= 0 and <= 1 ? number : null;
    }
}
