using System.Diagnostics;
using System.Globalization;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Benchmarks.Scorecard.Model;
using EfficientNet.Runtime;
using EfficientNet.Tests;

namespace EfficientNet.Benchmarks.Scorecard.Clauses;

/// <summary>The most memory that the largest network ever holds: the whole process, from start to end.</summary>
internal sealed class PeakMemory : IClauseGroup
{
    private const string Network = "EfficientNetB7";
    private const double GoalMebibytes = 450;

    public string Name => "peak-memory";

    public IEnumerable<Row> Measure(bool quick)
    {
        using var weights = new ReferenceWeights("torchvision/b7");
        string folder = Path.GetDirectoryName(weights.Path)!, input = Path.Combine(folder, "input.safetensors");
        int side = weights.Reference.Resolution;
        SafetensorsWriter.Write(input, [new SafetensorsTensor("input", [1, 3, side, side], WeightRule.Input(1, side))], metadata: null);
        foreach (int threads in new[] { 1, 2 })
        {
            double mebibytes = Peak(
                [
                    CommandLineProgram.Instance.Assembly, "run", "--network", Network, "--weights", weights.Path, "--input", input,
                    "--output", Path.Combine(folder, "logits.safetensors"), "--threads", $"{threads}",
                ]) / 1048576.0;
            yield return Row.Of(
                $"Peak resident memory of efficientnet run, {Network}, JIT, {threads} thread{(threads == 1 ? "" : "s")} (weights in a file of 254 MiB)",
                string.Create(CultureInfo.InvariantCulture, $"{mebibytes:F0} MiB"),
                "≤ 450 MiB",
                mebibytes <= GoalMebibytes);
        }
    }

    private static long Peak(string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = Folders.Repository })!;
        long peak = 0;
        // The system keeps the peak itself, for as long as the process is there to be asked.
        while (!process.WaitForExit(5))
        {
            try
            {
                process.Refresh();
                peak = Math.Max(peak, process.PeakWorkingSet64);
            }
            catch (InvalidOperationException)
            {
                // It ended between being waited for and being asked; what was read before stands.
            }
        }

        return process.ExitCode == 0 ? peak : throw new InvalidOperationException($"the program ended with {process.ExitCode}");
    }
}
