using System.Diagnostics;
using System.Text.Json;
using EfficientNet.Cli.Tests.Support;
using Xunit.Abstractions;

namespace EfficientNet.Cli.Tests.Program;

public class InterruptTests(ITestOutputHelper output)
{
    // More than any machine classifies between its first line and the signal.
    private const int Photos = 5000;

    [Fact]
    public async Task Ctrl_C_ends_between_two_photos_with_exit_code_130()
    {
        if (OperatingSystem.IsWindows() || Signals.IsIgnored(Signals.Interrupt))
        {
            output.WriteLine("no SIGINT reaches a child here");
            return;
        }

        string[] photos = Enumerable.Repeat(Repository.Photo("chelsea.png"), Photos).ToArray();
        using Process process = ProgramRun.Start(new Dictionary<string, string>(), ["classify", "--json", .. photos]);
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string first = (await process.StandardOutput.ReadLineAsync()).ShouldNotBeNull();
        Signals.Send(process, Signals.Interrupt);
        ProgramRun run = await ProgramRun.Finish(process, process.StandardOutput.ReadToEndAsync(), errors);

        run.ExitCode.ShouldBe(130);
        run.Errors.ShouldBe("");
        run.OutputLines.Length.ShouldBeLessThan(Photos - 1);
        foreach (string line in run.OutputLines.Prepend(first)) JsonDocument.Parse(line).Dispose();
    }
}
