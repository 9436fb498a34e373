using System.Diagnostics;

namespace EfficientNet.Cli.Tests.Support;

/// <summary>A run of the program to which something happens once it has written a checkpoint.</summary>
internal static class StoppedRun
{
    /// <summary>Sends a signal.</summary>
    public static Task<ProgramRun> Of(string[] arguments, string output, int signal) => Of(arguments, output, process => Signals.Send(process, signal));

    /// <summary>Does anything to it.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="output">The run's folder.</param>
    /// <param name="happen">What happens, while the program runs.</param>
    public static async Task<ProgramRun> Of(string[] arguments, string output, Action<Process> happen)
    {
        using Process process = ProgramRun.Start(new Dictionary<string, string>(), arguments);
        Task<string> said = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        await FirstCheckpoint(process, output);
        happen(process);
        return await ProgramRun.Finish(process, said, errors);
    }

    /// <summary>Waits for a run's first checkpoint; its process may not end before.</summary>
    public static async Task FirstCheckpoint(Process process, string output)
    {
        string checkpoints = Path.Combine(output, "checkpoints");
        while (!process.HasExited && !(Directory.Exists(checkpoints) && Directory.GetFiles(checkpoints, "*.safetensors").Length > 0)) await Task.Delay(5);
        process.HasExited.ShouldBeFalse();
    }
}
