using System.Diagnostics;
using System.Text.RegularExpressions;

namespace EfficientNet.Package.Tests.Support;

/// <summary>One run of a program, its outputs together.</summary>
/// <param name="ExitCode">What it told the shell.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
internal sealed record DotnetRun(int ExitCode, string Output, string Errors)
{
    // A child that hangs must fail its test, not the whole run.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    /// <summary>Codes of the errors and warnings in a build's output, each once.</summary>
    public string[] Codes => [.. Regex.Matches(Output, "(?:error|warning) ([A-Z]+[0-9]+)").Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal)];

    public static DotnetRun Dotnet(string folder, params string[] arguments) => Of(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", folder, arguments);

    public static DotnetRun Of(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        // The test host was started by a build; the new one must not think that it is part of it.
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray()) start.Environment.Remove(name);
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        // The compiler's short life never repays the profile-guided tier.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        // Under CI our own build is held to more than a user's is.
        start.Environment.Remove("CI");
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} did not end within {Patience}.");
        }

        return new DotnetRun(process.ExitCode, output.Result, errors.Result);
    }

    public DotnetRun ShouldSucceed()
    {
        ExitCode.ShouldBe(0, Output + Errors);
        return this;
    }

    public DotnetRun ShouldFailWith(string code, params string[] saying)
    {
        ExitCode.ShouldNotBe(0, Output + Errors);
        Codes.ShouldContain(code, Output + Errors);
        foreach (string text in saying) Output.ShouldContain(text);
        return this;
    }
}
