using System.Diagnostics;
using EfficientNet.Cli.Tests.Support;

namespace EfficientNet.Cli.Tests.Program;

public class OutputTests
{
    [Theory]
    [InlineData("inspect", "EfficientNetB0")]
    [InlineData("networks")]
    public async Task What_is_redirected_is_the_same_bytes_in_every_environment(params string[] arguments)
    {
        ProgramRun plain = await ProgramRun.Of(arguments);
        // A narrow colourful terminal in a country of commas and another character set, on a build server.
        var environment = new Dictionary<string, string>
        {
            ["LANG"] = "de_DE.ISO-8859-1",
            ["LC_ALL"] = "de_DE.ISO-8859-1",
            ["COLUMNS"] = "40",
            ["TERM"] = "xterm-256color",
            ["GITHUB_ACTIONS"] = "true",
        };
        ProgramRun abroad = await ProgramRun.Of(environment, arguments);
        abroad.ShouldSucceed().Output.ShouldBe(plain.ShouldSucceed().Output);
        plain.Output.ShouldNotContain("\r");
        plain.Output.ShouldNotContain("\u001b");
        plain.Output.ShouldNotContain("\ufeff");
        plain.Output.Any(c => c > 127).ShouldBeTrue("or the character set was not tried");
    }

    [Fact]
    public async Task A_standard_output_that_is_closed_ends_the_command_in_words()
    {
        if (OperatingSystem.IsWindows()) return;
        var start = new ProcessStartInfo("sh", ["-c", "exec \"$@\" >&-", "sh", .. ProgramRun.CommandOf("networks")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        ProgramRun run = await ProgramRun.Finish(process, process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        run.ShouldFail(1, "standard output: cannot be written: ");
    }

    [Fact]
    public async Task Nothing_is_said_about_progress_when_redirected()
    {
        ProgramRun run = await ProgramRun.Of("classify", Repository.Photos, "--top", "1");
        run.ShouldSucceed().Output.ShouldNotContain("classify");
    }
}
