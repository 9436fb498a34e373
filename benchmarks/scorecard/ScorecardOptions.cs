using EfficientNet.Benchmarks.Reports;
using EfficientNet.Benchmarks.Scorecard.Clauses;
using EfficientNet.Benchmarks.Scorecard.Model;

namespace EfficientNet.Benchmarks.Scorecard;

/// <summary>What the command line asks for.</summary>
internal sealed record ScorecardOptions
{
    /// <summary>What the options are.</summary>
    public static string Usage { get; } =
        $"""
        scorecard [options]    every number that the issues name
          --only A,B           only these groups: {string.Join(", ", ClauseGroups.All.Select(group => group.Name))}
          --skip A,B           all but these
          --comparison FILE    judges this report of benchmarks/compare instead of comparing anew, which takes most of an hour
          --output FOLDER      where the scorecard goes (default: benchmarks/results)
          --quick              only to see that it works: its timings are not worth quoting (default output: artifacts/quick)
        """;

    public IReadOnlyList<IClauseGroup> Groups { get; private init; } = ClauseGroups.All;

    /// <summary>A report of the comparison with ONNX Runtime that is there already; null to measure.</summary>
    public string? Comparison { get; private init; }

    public string? Output { get; private init; }

    public bool Quick { get; private init; }

    /// <exception cref="ArgumentException">An option is unknown or has no value.</exception>
    public static ScorecardOptions Parse(string[] arguments)
    {
        var options = new ScorecardOptions();
        for (int i = 0; i < arguments.Length; i++)
        {
            string name = arguments[i];
            options = name switch
            {
                "--quick" => options with { Quick = true, Output = options.Output ?? ResultFile.Quick },
                "--only" => options with { Groups = Named(Value()) },
                "--skip" => options with { Groups = options.Groups.Except(Named(Value())).ToArray() },
                "--comparison" => options with { Comparison = Existing(Value()) },
                "--output" => options with { Output = Value() },
                _ => throw new ArgumentException($"{name} is no option."),
            };

            string Value() => ++i < arguments.Length ? arguments[i] : throw new ArgumentException($"{name} takes a value.");
        }

        return options with { Groups = options.Groups.Select(group => group is ComparisonWithPeer ? new ComparisonWithPeer { Report = options.Comparison } : group).ToArray() };
    }

    private static string Existing(string path) => File.Exists(path) ? path : throw new ArgumentException($"{path}: there is no such file.");

    private static IClauseGroup[] Named(string names) => names.Split(',')
        .Select(name => ClauseGroups.All.FirstOrDefault(group => group.Name == name) ?? throw new ArgumentException($"{name} is no group of clauses.")).ToArray();
}
