using System.Globalization;
using System.Text.Json;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Scorecard.Model;
using EfficientNet.Tests;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>Digits from MNIST's files by the command line: how good, and how fast.</summary>
internal sealed class TrainingDigits : IClauseGroup
{
    /// <summary>PyTorch's mean of three seeds after five epochs with the same recipe, less what is allowed.</summary>
    private const double GoalShort = 0.973 - 0.007, GoalBest = 0.985;

    private const string StepClause = "Digits, a step of 64 images, 2 threads, batches and log included, median of the best of three runs";

    public string Name => "training-digits";

    public IEnumerable<Row> Measure(bool quick)
    {
        (double[] right, double[] milliseconds, double[] peer) = ([], [], []);
        string version = "";
        foreach (int seed in quick ? [0] : new[] { 0, 1, 2 })
        {
            // In turns with ours.
            if (PyTorchStep() is { } measured) (version, peer) = (measured.Version, [.. peer, measured.Milliseconds]);
            (double score, double step) = Train("5", $"{seed}");
            right = [.. right, score];
            milliseconds = [.. milliseconds, step];
        }

        yield return Row.Of(
            "Digits, 5 epochs, mean of three seeds (PyTorch 97.3 %)",
            string.Create(CultureInfo.InvariantCulture, $"{right.Average():0.00%} ({string.Join(", ", right.Select(score => score.ToString("0.00%", CultureInfo.InvariantCulture)))})"), "≥ 96.6 %", right.Average() >= GoalShort);
        string ours = string.Create(CultureInfo.InvariantCulture, $"{milliseconds.Min():F1} ms");
        yield return peer.Length == 0
            ? Row.NotMeasured(StepClause, "≤ a third of PyTorch's", $"{ours}, and there is no PyTorch to measure beside it")
            : Row.Of(
                StepClause,
                string.Create(CultureInfo.InvariantCulture, $"{ours} (PyTorch {version} {peer.Min():F1} ms in turns with it)"),
                string.Create(CultureInfo.InvariantCulture, $"≤ {peer.Min() / 3:F1} ms, a third of PyTorch's"),
                milliseconds.Min() <= peer.Min() / 3);
        (double best, _) = Train(quick ? "1" : "30", "0", "--augment", "drawings");
        yield return Row.Of("Digits, 30 epochs, small turns, moves and changes of size", best.ToString("0.00%", CultureInfo.InvariantCulture), "≥ 98.5 %", best >= GoalBest);
    }

    // Right on the test images after the last epoch, and the median step by the run's own log.
    private static (double Right, double StepMilliseconds) Train(string epochs, string seed, params string[] more)
    {
        string folder = Directory.CreateTempSubdirectory("efficientnet-digits-").FullName, output = Path.Combine(folder, "run"), data = Folders.InShared("data", "mnist");
        try
        {
            string program = CommandLineProgram.Instance.Assembly;
            Run([program, "train", "--network", "digits", "--idx", data, "--epochs", epochs, "--batch", "64", "--seed", seed, "--threads", "2", "--output", output, .. more]);
            string judged = Run([program, "evaluate", "--network", "digits", "--idx", data, "--weights", Path.Combine(output, "last.safetensors"), "--json"]);
            string[] lines = File.ReadAllLines(Path.Combine(output, "metrics.csv"));
            int column = Array.IndexOf(lines[0].Split(','), "training/images per second");
            double[] speeds = lines.Skip(1).Select(line => line.Split(',')[column]).Where(cell => cell.Length > 0).Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).Order().ToArray();
            return (JsonDocument.Parse(judged).RootElement.GetProperty("top1").GetDouble(), 64_000 / speeds[speeds.Length / 2]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // The script prints PyTorch's version and the median step of its faster layout.
    private static (string Version, double Milliseconds)? PyTorchStep()
    {
        string script = Folders.InRepository("benchmarks", "scorecard", "pytorch-digits.py");
        if (PyTorch.Python is not { } python) return null;
        if (!Command.TryRun(python, [script], out string output)) throw new InvalidOperationException($"PyTorch's step fails: {Command.Tail(output)}");
        string[] words = output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return (words[^2], double.Parse(words[^1], CultureInfo.InvariantCulture));
    }

    private static string Run(string[] arguments) =>
        Command.TryRun("dotnet", arguments, out string output) ? output : throw new InvalidOperationException($"{arguments[1]} fails: {Command.Tail(output)}");
}
