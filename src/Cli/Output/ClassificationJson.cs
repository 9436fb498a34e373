using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using EfficientNet.Cli.Classification;

namespace EfficientNet.Cli.Output;

/// <summary>Classified photos for programs: one JSON object a line.</summary>
internal static class ClassificationJson
{
    // Beyond what JSON itself asks for nothing is escaped: labels and names of files stay readable.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One photo as <c>{"file", "network", "top": [{"class", "label", "probability"}], "milliseconds"}</c>.</summary>
    public static string Line(ClassifiedPhoto photo)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        json.WriteString("file", photo.File);
        json.WriteString("network", photo.Network);
        json.WriteStartArray("top");
        foreach (Prediction prediction in photo.Top)
        {
            json.WriteStartObject();
            json.WriteNumber("class", prediction.Class);
            json.WriteString("label", prediction.Label);
            json.WriteNumber("probability", prediction.Probability);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("milliseconds", Math.Round(photo.Milliseconds, 3));
        json.WriteEndObject();
        json.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
