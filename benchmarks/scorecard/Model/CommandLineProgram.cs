using System.Diagnostics;

namespace EfficientNet.Benchmarks.Scorecard.Model;

/// <summary>The command line program with all shipped networks, built from a clean copy once for all clauses that want it.</summary>
internal sealed class CommandLineProgram
{
    private static readonly Lazy<CommandLineProgram> Built = new(() => new CommandLineProgram());

    private CommandLineProgram()
    {
        var copy = new CleanCopy();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => copy.Dispose();
        copy.Dotnet("restore", "src/Cli");
        foreach (string library in new[] { "src/Imaging", "src/Onnx", "src/Training" })
        {
            copy.Dotnet("build", library, "--no-restore", "-c", "Release", "-f", "net10.0", "-v", "quiet", "--nologo");
        }

        copy.Dotnet("build", "src/Generator", "--no-restore", "-c", "Release", "-v", "quiet", "--nologo");
        long start = Stopwatch.GetTimestamp();
        copy.Dotnet("build", "src/Cli", "--no-restore", "--no-dependencies", "--no-incremental", "-c", "Release", "-v", "quiet", "--nologo");
        BuildSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Assembly = Path.Combine(copy.Path, "artifacts", "bin", "EfficientNet.Cli", "release", "efficientnet.dll");
        // With a target named, the folder has its name too.
        if (!File.Exists(Assembly)) Assembly = Path.Combine(copy.Path, "artifacts", "bin", "EfficientNet.Cli", "release_net10.0", "efficientnet.dll");
    }

    /// <summary>The program; the first to ask waits for the build.</summary>
    /// <exception cref="InvalidOperationException">It cannot be built.</exception>
    public static CommandLineProgram Instance => Built.Value;

    /// <summary>What <c>dotnet build src/Cli</c> took after its dependencies were built: generating and compiling.</summary>
    public double BuildSeconds { get; }

    /// <summary>The program's file, for <c>dotnet</c>.</summary>
    public string Assembly { get; }
}
