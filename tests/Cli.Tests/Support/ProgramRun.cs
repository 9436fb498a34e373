using System.Diagnostics;
using System.Text;

namespace EfficientNet.Cli.Tests.Support;

/// <summary>One run of the built program as a process of its own, with both outputs redirected.</summary>
/// <param name="ExitCode">What it told the shell.</param>
/// <param name="Output">Standard output; the run fails when it is not UTF-8.</param>
/// <param name="Errors">Standard error.</param>
internal sealed record ProgramRun(int ExitCode, string Output, string Errors)
{
    // A child that hangs must fail its test, not the whole run; nothing here takes a tenth of it.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Lines of standard output.</summary>
    public string[] OutputLines => Lines(Output);

    /// <summary>Lines of standard error.</summary>
    public string[] ErrorLines => Lines(Errors);

    /// <summary>Runs the program.</summary>
    public static Task<ProgramRun> Of(params string[] arguments) => Of(new Dictionary<string, string>(), arguments);

    /// <summary>Runs the program with environment variables of its own.</summary>
    public static async Task<ProgramRun> Of(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        using Process process = Start(environment, arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        return await Finish(process, output, errors);
    }

    /// <summary>The program and its arguments, for another program to start.</summary>
    public static string[] CommandOf(params string[] arguments) =>
        [Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", Path.Combine(AppContext.BaseDirectory, "efficientnet.dll"), .. arguments];

    /// <summary>Starts the program and leaves it to the caller.</summary>
    public static Process Start(IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
        string[] command = CommandOf(arguments);
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = strict,
            StandardErrorEncoding = strict,
        };
        foreach ((string name, string value) in environment) start.Environment[name] = value;
        return Process.Start(start)!;
    }

    /// <summary>Waits for the program's end.</summary>
    public static async Task<ProgramRun> Finish(Process process, Task<string> output, Task<string> errors)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"the program did not end within {Patience}");
        }

        return new ProgramRun(process.ExitCode, await output, await errors);
    }

    /// <summary>Checks that all went well and nothing was said about it.</summary>
    public ProgramRun ShouldSucceed()
    {
        Errors.ShouldBe("");
        ExitCode.ShouldBe(0);
        return this;
    }

    /// <summary>Checks that it failed with one line.</summary>
    public void ShouldFail(int exitCode, params string[] saying)
    {
        ExitCode.ShouldBe(exitCode, Errors);
        Output.ShouldBe("");
        string line = ErrorLines.ShouldHaveSingleItem();
        foreach (string text in saying) line.ShouldContain(text);
    }

    private static string[] Lines(string text)
    {
        if (text.Length == 0) return [];
        text.ShouldEndWith("\n");
        return text[..^1].Split('\n');
    }
}
