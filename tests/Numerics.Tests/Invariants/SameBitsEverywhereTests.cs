using System.Text.RegularExpressions;
using EfficientNet.Numerics.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EfficientNet.Numerics.Tests.Invariants;

/// <summary>What generated code and the runtime must not use, so that bits are the same on every maker's processors, and NativeAOT sees all there is.</summary>
public partial class SameBitsEverywhereTests
{
    /// <summary>
    /// The one operation whose rounding the processor chooses, in the 128-bit kernels; the one question whose answer chooses among formulas, on AVX-512;
    /// and two functions of the C library, in training's losses.
    /// </summary>
    private static readonly string[] Listed = ["MultiplyAddEstimate", "Hardware.DividesFast", "Math.Exp", "Math.Log"];

    [Fact]
    public void Generated_code_has_no_instruction_that_is_approximate_but_those_that_the_page_lists()
    {
        string[] found = GeneratedAssembly.FilesOf(RandomSpecs.Of(7).Trained()).Concat(GeneratedAssembly.FilesOf(RandomSpecs.Of(7)))
            .SelectMany(file => Approximate().Matches(file.Text)).Select(match => match.Value).Distinct().ToArray();
        found.Except(Listed).ShouldBeEmpty();
        found.ShouldContain("MultiplyAddEstimate", "or the scan is blind");
        string page = Repository.Read("docs", "numerics.md");
        foreach (string use in Listed) page.ShouldContain($"`{use}`");
    }

    [Fact]
    public void Generated_code_has_no_reflection_no_dynamic_code_and_no_network()
    {
        CSharpCompilation compilation = GeneratedAssembly.Compile(RandomSpecs.Of(7));
        var used = new HashSet<string>();
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>())
            {
                if (model.GetSymbolInfo(name).Symbol is { ContainingNamespace: { IsGlobalNamespace: false } space } and not INamespaceSymbol) used.Add(space.ToDisplayString());
            }
        }

        used.ShouldContain("System.Runtime.Intrinsics", "or the scan is blind");
        used.Where(space => space.StartsWith("System.Reflection", StringComparison.Ordinal) || space.StartsWith("System.Net", StringComparison.Ordinal)
            || space is "System.Linq.Expressions" or "System.Runtime.Loader" or "System.Dynamic").ShouldBeEmpty();
    }

    [GeneratedRegex(@"\bHardware\.\w+|\w*Estimate\b|\w*Reciprocal\w*|Rcp\w+|Rsqrt\w+|\bMathF?\.(Exp|Log|Pow|Sin|Cos|Tan|Tanh|Sinh|Cosh|Cbrt|Exp2|Log2)\b")]
    private static partial Regex Approximate();
}
