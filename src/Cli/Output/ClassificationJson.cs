using EfficientNet.Cli.Classification;

namespace EfficientNet.Cli.Output;

/// <summary>Classified photos for programs: one JSON object a line.</summary>
internal static class ClassificationJson
{
    /// <summary>One photo as <c>{"file", "network", "top": [{"class", "label", "probability"}], "milliseconds"}</c>.</summary>
    public static string Line(ClassifiedPhoto photo) => JsonLine.Of(json =>
    {
        json.WriteString("file", photo.File);
        json.WriteString("network", photo.Network);
        json.WriteStartArray("top");
        foreach (Prediction prediction in photo.Top)
        {
            json.WriteStartObject();
            json.WriteNumber("class", prediction.Class);
            json.WriteString("label", prediction.Label);
            json.WriteNumberOrNull("probability", prediction.Probability);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteNumber("milliseconds", Math.Round(photo.Milliseconds, 3));
    });
}
