using System.Diagnostics;
using System.Reflection;
using EfficientNet.Benchmarks.Machine;

namespace EfficientNet.Benchmarks.Workers;

/// <summary>How an engine's process is started.</summary>
/// <param name="Program">Name or path of the program.</param>
/// <param name="First">Its first arguments, which every start has.</param>
internal sealed record EngineProgram(string Program, params string[] First)
{
    /// <summary>Variables of its environment beside this process's own.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; private init; } = new Dictionary<string, string>();

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

    /// <summary>This project published in another way, with NativeAOT or ReadyToRun.</summary>
    /// <param name="program">The published <c>compare</c>.</param>
    public static EngineProgram Published(string program) => new(Path.GetFullPath(program));

    /// <summary>One of Node's scripts in <c>compare/node</c>.</summary>
    public static EngineProgram Node(string script) => new("node", Folders.InRepository("benchmarks", "compare", "node", script));

    /// <summary>The same with a variable set.</summary>
    public EngineProgram Under(string variable, string value) => this with { Variables = new Dictionary<string, string>(Variables) { [variable] = value } };

    /// <summary>A start with further arguments.</summary>
    public ProcessStartInfo With(params string[] arguments)
    {
        var start = new ProcessStartInfo(Program, [.. First, .. arguments]) { WorkingDirectory = Folders.Repository, RedirectStandardOutput = true };
        foreach ((string variable, string value) in Variables) start.Environment[variable] = value;
        return start;
    }
}
