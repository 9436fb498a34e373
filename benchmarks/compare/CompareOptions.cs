using System.Globalization;
using EfficientNet.Benchmarks.Comparison;
using EfficientNet.Benchmarks.Networks;
using EfficientNet.Benchmarks.Reports;

namespace EfficientNet.Benchmarks.Compare;

/// <summary>What the command line asks for.</summary>
internal sealed record CompareOptions
{
    /// <summary>What the options are.</summary>
    public const string Usage =
        """
        compare [options]      this project against ONNX Runtime, in turns
          --networks A,B       which networks (default: all that BenchmarkNetwork lists)
          --threads 1,2        which numbers of threads (default: 1,2, as far as there are processors)
          --rounds N           rounds (default 20; twice as many for small networks, half as many for the largest), in up to four or eight visits with the other networks between
          --passes N           passes of each engine a round (default 30; fewer for networks larger than B0, never less than 3)
          --aot PROGRAM        the same program published with NativeAOT, as a third engine
          --first PROGRAM      benchmarks/first published with NativeAOT, a program of B0 and Lite0 alone, for the cold start
          --ready-to-run PROGRAM   the same program published with ReadyToRun, for the cold start
          --output FOLDER      where the report goes (default: benchmarks/results)
          --quick              only to see that it works: its numbers are not worth quoting (default output: artifacts/quick)
        """;

    public IReadOnlyList<BenchmarkNetwork> Networks { get; private init; } = BenchmarkNetwork.All;

    public IReadOnlyList<int> Threads { get; private init; } = new[] { 1, 2 }.Where(count => count <= Environment.ProcessorCount).ToArray();

    public ComparisonSettings Settings { get; private init; } = new();

    public string? AotProgram { get; private init; }

    public string? FirstProgram { get; private init; }

    public string? ReadyToRunProgram { get; private init; }

    public string? Output { get; private init; }

    /// <exception cref="ArgumentException">An option is unknown or has no value.</exception>
    /// <exception cref="FormatException">A value is no number.</exception>
    public static CompareOptions Parse(string[] arguments)
    {
        var options = new CompareOptions();
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            options = name switch
            {
                "--quick" => options with { Settings = ComparisonSettings.Quick, Output = options.Output ?? ResultFile.Quick },
                "--networks" => options with { Networks = Value().Split(',').Select(BenchmarkNetwork.Named).Distinct().ToArray() },
                "--threads" => options with { Threads = Value().Split(',').Select(Number).ToArray() },
                "--rounds" => options with { Settings = options.Settings with { Rounds = Number(Value()) } },
                "--passes" => options with { Settings = options.Settings with { Passes = Number(Value()) } },
                "--aot" => options with { AotProgram = Value() },
                "--first" => options with { FirstProgram = Value() },
                "--ready-to-run" => options with { ReadyToRunProgram = Value() },
                "--output" => options with { Output = Value() },
                _ => throw new ArgumentException($"{name} is no option."),
            };

            string Value() => ++i < arguments.Length ? arguments[i] : throw new ArgumentException($"{name} takes a value.");
        }

        return options;
    }

    private static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value > 0
        ? value
        : throw new ArgumentException($"{text} is no positive number.");
}
