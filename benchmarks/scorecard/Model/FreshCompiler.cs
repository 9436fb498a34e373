using System.Globalization;
using System.Text.RegularExpressions;
using EfficientNet.Benchmarks.Machine;
using EfficientNet.Compiler;
using EfficientNet.Runtime;

namespace EfficientNet.Benchmarks.Scorecard.Model;

/// <summary>The SDK's own C# compiler in a new process, with the generator and nothing else: what the first build of a project meets.</summary>
/// <remarks>The compiler's libraries are compiled ahead in the SDK, unlike those of its NuGet package: only here is a cold start the user's.</remarks>
internal static partial class FreshCompiler
{
    /// <summary>Compiles one of the repository's specs and gives the seconds that the compiler says the generator took.</summary>
    /// <param name="network">Name of a spec.</param>
    /// <exception cref="InvalidOperationException">The compiler failed, or says no time.</exception>
    public static double GeneratorSeconds(string network)
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string folder = Directory.CreateTempSubdirectory("scorecard-").FullName;
        try
        {
            string code = Path.Combine(folder, "Project.cs");
            File.WriteAllText(code, "class Project;");
            string[] arguments =
            [
                "exec", Compiler(framework), "-nologo", "-noconfig", "-nostdlib", "-target:library", "-unsafe", "-refonly", "-reportanalyzer", "-langversion:latest",
                .. Directory.GetFiles(framework, "System*.dll").Select(file => $"-reference:{file}"),
                $"-reference:{typeof(CompiledNetwork).Assembly.Location}",
                $"-analyzer:{typeof(EfficientNetGenerator).Assembly.Location}",
                $"-analyzer:{Path.Combine(AppContext.BaseDirectory, "Newtonsoft.Json.dll")}",
                $"-additionalfile:{Folders.InRepository("specs", $"{network}.efficientnet.json")}",
                $"-out:{Path.Combine(folder, "Project.dll")}", code,
            ];
            if (!Command.TryRun("dotnet", arguments, out string output)) throw new InvalidOperationException(Command.Tail(output));
            Match time = ExecutionTime().Match(output);
            return time.Success
                ? double.Parse(time.Groups[1].Value, CultureInfo.InvariantCulture)
                : throw new InvalidOperationException($"the compiler reports no time for its generators: {Command.Tail(output)}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The compiler of the SDK that builds this repository, beside the framework that runs it.</summary>
    private static string Compiler(string framework)
    {
        if (!Command.TryRun("dotnet", ["--version"], out string version)) throw new InvalidOperationException(Command.Tail(version));
        return Path.GetFullPath(Path.Combine(framework, "..", "..", "..", "sdk", version, "Roslyn", "bincore", "csc.dll"));
    }

    [GeneratedRegex(@"Total generator execution time: ([0-9.]+) seconds")]
    private static partial Regex ExecutionTime();
}
