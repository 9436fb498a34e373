using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using EfficientNet.Compiler.Tests.Support;
using EfficientNet.Testing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace EfficientNet.Compiler.Tests.Incrementality;

public class ModelTests
{
    /// <summary>A Roslyn object in a cached value would keep a whole compilation alive, and would never be equal to its successor.</summary>
    [Fact]
    public void No_Roslyn_object_is_reachable_from_what_the_pipeline_keeps()
    {
        GeneratorRunResult result = new GeneratorHost().Add(SmallNets.File("One"), new SpecFile("/specs/Bad.efficientnet.json", "{\"nam\": 1}")).Run();
        var walk = new Walk();
        foreach (string step in PipelineSteps.All)
        {
            foreach (IncrementalGeneratorRunStep run in result.TrackedSteps[step])
            {
                foreach ((object value, _) in run.Outputs) walk.Visit(value, step);
            }
        }

        walk.Found.ShouldBeEmpty();
        walk.Count.ShouldBeGreaterThan(300);
    }

    [Fact]
    public void The_walk_would_find_a_Roslyn_object()
    {
        var walk = new Walk();
        walk.Visit(new { Inner = new List<object> { new KeyValuePair<string, object>("k", CSharpSyntaxTree.ParseText("class A;")) } }, "root");
        walk.Found.ShouldNotBeEmpty();
    }

    private sealed class Walk
    {
        private readonly HashSet<object> _visited = new(Identity.Instance);

        public List<string> Found { get; } = [];

        public int Count => _visited.Count;

        public void Visit(object? value, string path)
        {
            if (value is null or string or Type || value.GetType().IsPrimitive) return;
            if (!_visited.Add(value)) return;
            if (value is Enum) return;
            if (value.GetType().Namespace?.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal) == true)
            {
                Found.Add($"{path}: {value.GetType()}");
                return;
            }

            if (value is IEnumerable items)
            {
                int index = 0;
                foreach (object? item in items) Visit(item, $"{path}[{index++}]");
            }

            for (Type? type = value.GetType(); type is not null; type = type.BaseType)
            {
                foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                {
                    Visit(field.GetValue(value), $"{path}.{field.Name}");
                }
            }
        }
    }

    // Values that are equal but of two objects must both be walked.
    private sealed class Identity : IEqualityComparer<object>
    {
        public static readonly Identity Instance = new();

        public new bool Equals(object? a, object? b) => ReferenceEquals(a, b);

        public int GetHashCode(object value) => RuntimeHelpers.GetHashCode(value);
    }
}
