using System.Diagnostics;
using System.Reflection;
using EfficientNet.Benchmarks.Machine;

namespace EfficientNet.Benchmarks.Workers;

/// <summary>How an engine's process is started.</summary>
/// <param name="Program">Name or path of the program.</param>
/// <param name="First">Its first arguments, which every start has.</param>
internal sealed record EngineProgram(string Program, params string[] First)
{
    /// <summary>This project under the JIT: the running program once more.</summary>
    public static EngineProgram Jit
    {
        get
        {
            string program = Environment.ProcessPath ?? throw new InvalidOperationException("this program does not know its own path");
            // Started by its own host, the program is the process; by "dotnet x.dll" it is the first argument.
            return Path.GetFileNameWithoutExtension(program) == "dotnet"
                ? new EngineProgram(program, Path.Combine(AppContext.BaseDirectory, Assembly.GetEntryAssembly()!.GetName().Name + ".dll"))
                : new EngineProgram(program);
        }
    }

    /// <summary>This project published with NativeAOT.</summary>
    /// <param name="program">The published <c>compare</c>.</param>
    public static EngineProgram Aot(string program) => new(Path.GetFullPath(program));

    /// <summary>One of Node's scripts in <c>compare/node</c>.</summary>
    public static EngineProgram Node(string script) => new("node", Folders.InRepository("benchmarks", "compare", "node", script));

    /// <summary>A start with further arguments.</summary>
    public ProcessStartInfo With(params string[] arguments) => new(Program, [.. First, .. arguments])
    {
        WorkingDirectory = Folders.Repository,
        RedirectStandardOutput = true,
    };
}
