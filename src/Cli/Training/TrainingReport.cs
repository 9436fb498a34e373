using System.Globalization;
using EfficientNet.Cli.Output;
using EfficientNet.Runtime;
using EfficientNet.Training;

namespace EfficientNet.Cli.Training;

/// <summary>Shows a run: its settings, a live line, one line an epoch, how it ended.</summary>
internal static class TrainingReport
{
    /// <summary>Runs, and shows how it goes.</summary>
    public static RunResult Follow(
        Terminal terminal, TrainingProgram program, ImageDataset training, ImageDataset validation, RunOptions options, CancellationToken interrupted)
    {
        using var run = new TrainingRun(program, training, validation, options);
        foreach ((string name, string value) in run.Settings) terminal.Line($"{name,-20}{value}");
        if (run.Step > 0) terminal.Line($"goes on at step {run.Step} of {run.Steps}");
        terminal.Line("");
        RunResult? result = null;
        terminal.WithMeter(run.Steps, run.Step, meter =>
        {
            result = run.Run(now =>
            {
                meter(now.Step, Live(now));
                if (now.Finished is { } epoch) terminal.Line(Finished(epoch, options.Epochs));
            }, interrupted);
        });
        return result!;
    }

    /// <summary>Says how it ended and what lies where.</summary>
    public static void End(Terminal terminal, string output, RunResult result)
    {
        if (result.Refused > 0) terminal.Warning($"{result.Refused} updates were refused because a gradient was not finite");
        terminal.Line(result.IsFinished
            ? $"done: {Path.Combine(output, "best.safetensors")}, {Path.Combine(output, "report.html")}"
            : $"interrupted at step {result.Step}; the same command with --resume goes on from there");
    }

    private static string Live(RunProgress now) => string.Create(CultureInfo.InvariantCulture,
        $"epoch {now.Epoch}  loss {now.Loss:0.0000}  right {now.Accuracy:0.0%}  rate {now.Rate:0.0e0}  {now.ImagesPerSecond:0} images/s");

    private static string Finished(EpochResult epoch, int epochs)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"epoch {epoch.Epoch}/{epochs}: loss {epoch.TrainingLoss:0.0000}, right {epoch.TrainingAccuracy:0.00%}");
        if (epoch.Evaluation is { } judged)
            line += string.Create(CultureInfo.InvariantCulture, $"; validation {(judged.IsMultiLabel ? "mean average precision" : "right")} {judged.Score:0.00%}{(epoch.IsBest ? ", the best so far" : "")}");
        return line;
    }
}
