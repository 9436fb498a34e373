using EfficientNet.Training;

namespace EfficientNet.Cli.Output;

/// <summary>An evaluation for programs: one JSON object.</summary>
internal static class EvaluationJson
{
    /// <summary>The whole evaluation on one line.</summary>
    public static string Line(Evaluation evaluation) => JsonLine.Of(json =>
    {
        json.WriteNumber("images", evaluation.Count);
        if (evaluation.IsMultiLabel)
        {
            json.WriteNumber("meanAveragePrecision", evaluation.Score);
        }
        else
        {
            json.WriteNumber("top1", evaluation.Top1);
            json.WriteNumber("top5", evaluation.Top5);
        }

        json.WriteNumberOrNull("loss", evaluation.Loss);

        json.WriteStartArray("classes");
        foreach (ClassResult result in evaluation.PerClass)
        {
            json.WriteStartObject();
            json.WriteString("label", result.Name);
            json.WriteNumber("images", result.Count);
            json.WriteNumber("precision", result.Precision);
            json.WriteNumber("recall", result.Recall);
            if (evaluation.IsMultiLabel) json.WriteNumber("averagePrecision", result.AveragePrecision);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (evaluation.IsMultiLabel) return;
        json.WriteStartArray("confusion");
        for (int row = 0; row < evaluation.Classes.Count; row++)
        {
            json.WriteStartArray();
            for (int column = 0; column < evaluation.Classes.Count; column++) json.WriteNumberValue(evaluation.GetConfusion(row, column));
            json.WriteEndArray();
        }

        json.WriteEndArray();
    });
}
