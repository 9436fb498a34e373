using System.Diagnostics;
using System.Runtime.InteropServices;

namespace EfficientNet.Onnx.Tests.Support;

/// <summary>ONNX Runtime's own Node package, at the version that the benchmarks lock and install.</summary>
internal static class OnnxRuntime
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);
    private static readonly string Package = Repository.At("benchmarks", "compare", "node");

    /// <summary>Why it cannot run here, or null where it can. Under CI what is missing is a failure, never a skip.</summary>
    public static string? SkipReason { get; } = SharedFolder.IsContinuousIntegration ? null
        : !HasNode() ? "there is no node"
        : !Directory.Exists(Path.Combine(Package, "node_modules", "onnxruntime-node")) ? "ONNX Runtime is not installed; run benchmarks/compare/node/install.sh"
        : null;

    /// <summary>Logits of the first images of a batch, for each batch size asked for.</summary>
    public static async Task<float[][]> Logits(TemporaryFolder folder, string model, float[] images, int classes, int[] batches)
    {
        string input = folder.Write("input.bin", MemoryMarshal.AsBytes<float>(images).ToArray()), output = folder["output.bin"];
        var start = new ProcessStartInfo("node") { RedirectStandardError = true };
        foreach (string argument in (string[])[Path.Combine(AppContext.BaseDirectory, "Results", "logits.mjs"), Package, model, input, output, .. batches.Select(batch => $"{batch}")])
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            string errors = await process.StandardError.ReadToEndAsync(patience.Token);
            await process.WaitForExitAsync(patience.Token);
            process.ExitCode.ShouldBe(0, errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"ONNX Runtime did not end within {Patience}");
        }

        float[] all = MemoryMarshal.Cast<byte, float>(await File.ReadAllBytesAsync(output, CancellationToken.None)).ToArray();
        all.Length.ShouldBe(batches.Sum() * classes);
        int at = 0;
        return batches.Select(batch => all[at..(at += batch * classes)]).ToArray();
    }

    private static bool HasNode() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "node")) || File.Exists(Path.Combine(folder, "node.exe")));
}

/// <summary>A test that runs ONNX Runtime and reads the shared folder: skipped where one is missing, except under CI, where it then fails.</summary>
internal sealed class OnnxRuntimeTheoryAttribute : TheoryAttribute
{
    public OnnxRuntimeTheoryAttribute() => Skip = OnnxRuntime.SkipReason ?? SharedFolder.SkipReason;
}
