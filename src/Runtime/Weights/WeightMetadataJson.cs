using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace EfficientNet.Runtime;

/// <summary>The values of <see cref="WeightMetadata"/> that are JSON within a string. Reading gives null for whatever
/// is not exactly what is written.</summary>
internal static class WeightMetadataJson
{
    /// <summary>The largest side of an image that makes sense.</summary>
    public const int LargestSide = 1 << 16;

    private const int Channels = 3;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 3 };

    /// <summary>A side in pixels.</summary>
    public static int? Side(string text)
    {
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int side) ? Side(side) : null;
    }

    /// <summary>The labels as a JSON array.</summary>
    public static string Write(IReadOnlyList<string> labels)
    {
        return Write(json =>
        {
            json.WriteStartArray();
            foreach (string label in labels)
                json.WriteStringValue(label);
            json.WriteEndArray();
        });
    }

    /// <summary>The steps as a JSON object, with the names of the spec.</summary>
    public static string Write(Preprocessing preprocessing)
    {
        return Write(json =>
        {
            json.WriteStartObject();
            json.WriteNumber("resize", preprocessing.Resize);
            json.WriteNumber("crop", preprocessing.Crop);
            json.WriteString("interpolation", preprocessing.Interpolation == Interpolation.Bilinear ? "bilinear" : "bicubic");
            WriteNumbers(json, "mean", preprocessing.Mean);
            WriteNumbers(json, "std", preprocessing.Std);
            json.WriteEndObject();
        });
    }

    public static IReadOnlyList<string>? ReadLabels(string text)
    {
        return Read(text, root => root.ValueKind == JsonValueKind.Array && root.EnumerateArray().All(label => label.ValueKind == JsonValueKind.String)
            ? root.EnumerateArray().Select(label => label.GetString()!).ToList().AsReadOnly()
            : null);
    }

    public static Preprocessing? ReadPreprocessing(string text)
    {
        return Read(text, root =>
        {
            if (root.ValueKind != JsonValueKind.Object
                || Side(root, "resize") is not { } resize
                || Side(root, "crop") is not { } crop
                || crop > resize
                || Filter(root) is not { } filter
                || Numbers(root, "mean") is not { } mean
                || Numbers(root, "std") is not { } std
                || std.Any(value => value <= 0))
            {
                return null;
            }
            return new Preprocessing(resize, crop, filter, mean, std);
        });
    }

    private static T? Read<T>(string text, Func<JsonElement, T?> read)
        where T : class
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text, Strict);
            return read(document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            // Invalid operation: half a surrogate pair, written as an escape. Argument: the same, not escaped.
            return null;
        }
    }

    private static string Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, IReadOnlyList<float> values)
    {
        json.WriteStartArray(name);
        foreach (float value in values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }

    private static int? Side(JsonElement root, string name)
    {
        return root.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int side) ? Side(side) : null;
    }

    private static int? Side(int side)
    {
        return side is >= 1 and <= LargestSide ? side : null;
    }

    private static Interpolation? Filter(JsonElement root)
    {
        return root.TryGetProperty("interpolation", out JsonElement value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() switch
            {
                "bicubic" => Interpolation.Bicubic,
                "bilinear" => Interpolation.Bilinear,
                _ => null,
            }
            : null;
    }

    private static float[]? Numbers(JsonElement root, string name)
    {
        if (!root.TryGetProperty(name, out JsonElement array) || array.ValueKind != JsonValueKind.Array || array.GetArrayLength() != Channels)
            return null;
        var numbers = new float[Channels];
        for (int i = 0; i < Channels; i++)
        {
            if (array[i].ValueKind != JsonValueKind.Number || !array[i].TryGetSingle(out numbers[i]) || !float.IsFinite(numbers[i]))
                return null;
        }
        return numbers;
    }
}
