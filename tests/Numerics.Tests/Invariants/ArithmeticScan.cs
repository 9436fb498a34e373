using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EfficientNet.Numerics.Tests.Invariants;

/// <summary>Finds network arithmetic in C#: what convolution, pooling, squeeze-excite, dense layers and softmax cannot do without.</summary>
/// <remarks>
/// Every one of them sums floating-point values over something, clamps or exponentiates them. Packing weights does none of this:
/// it widens, and multiplies and adds once per value. So the rules are: no accumulation of floating-point values, no sum of
/// products, no minimum, maximum, exponential or fused multiply-add of them, no sum of vectors of them, no instruction named
/// directly, and no library that does these for one.
/// </remarks>
internal static class ArithmeticScan
{
    private static readonly HashSet<string> Reductions =
        ["Sum", "Average", "Aggregate", "Max", "Min", "Dot", "SumOfSquares", "Norm", "SoftMax", "Sigmoid"];

    private static readonly HashSet<string> Functions =
        ["Exp", "Exp2", "ExpM1", "Pow", "Tanh", "Sinh", "Cosh", "Log", "FusedMultiplyAdd", "MultiplyAddEstimate", "Max", "Min", "Clamp", "MaxNumber", "MinNumber"];

    private static readonly HashSet<string> VectorFunctions = [.. Functions, .. Reductions, "Add", "Subtract", "MaxNative", "MinNative", "ClampNative"];

    /// <summary>A partial method without a body: those of LibraryImport have theirs from the SDK's generator, which does not run here.</summary>
    private const string BodyMissing = "CS8795";

    /// <summary>What was found, one line each: file, line, rule and code.</summary>
    public static IReadOnlyList<string> Run(CSharpCompilation compilation)
    {
        // What does not bind cannot be judged: a scan of code with errors would be blind where they are.
        compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && diagnostic.Id != BodyMissing).ShouldBeEmpty();
        var found = new List<string>();
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
            {
                if (RuleBrokenBy(node, model) is { } rule)
                {
                    int line = node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
                    found.Add($"{tree.FilePath}({line}): {rule}: {node}");
                }
            }
        }

        return found;
    }

    private static string? RuleBrokenBy(SyntaxNode node, SemanticModel model)
    {
        switch (node)
        {
            case AssignmentExpressionSyntax assignment when IsFloating(model.GetTypeInfo(assignment.Left).Type) && Accumulates(assignment, model):
                return "accumulates";
            case BinaryExpressionSyntax sum when IsSum(sum) && IsFloatingVector(model.GetTypeInfo(sum).Type):
                return "adds vectors";
            case BinaryExpressionSyntax sum when IsSum(sum) && IsFloating(model.GetTypeInfo(sum).Type) && Products(sum).Skip(1).Any():
                return "sums products";
            case SimpleNameSyntax name when model.GetSymbolInfo(name).Symbol is { } symbol:
                return RuleBrokenByUse(symbol, name.Identifier.Text);
            default:
                return null;
        }
    }

    private static bool IsSum(SyntaxNode node) => node.Kind() is SyntaxKind.AddExpression or SyntaxKind.SubtractExpression;

    private static IEnumerable<SyntaxNode> Products(BinaryExpressionSyntax sum) =>
        sum.DescendantNodes(node => node is not (InvocationExpressionSyntax or ElementAccessExpressionSyntax))
            .Where(node => node.IsKind(SyntaxKind.MultiplyExpression));

    private static bool Accumulates(AssignmentExpressionSyntax assignment, SemanticModel model)
    {
        if (assignment.Kind() is SyntaxKind.AddAssignmentExpression or SyntaxKind.SubtractAssignmentExpression) return true;
        if (!assignment.IsKind(SyntaxKind.SimpleAssignmentExpression)) return false;
        // x = x + …, however the sum is written: the target is read again as a term of a sum.
        string target = assignment.Left.ToString();
        return assignment.Right.DescendantNodesAndSelf().OfType<BinaryExpressionSyntax>()
            .Where(sum => IsSum(sum) && IsFloating(model.GetTypeInfo(sum).Type))
            .SelectMany(sum => sum.DescendantNodes().OfType<ExpressionSyntax>())
            .Any(term => term.ToString() == target);
    }

    private static string? RuleBrokenByUse(ISymbol symbol, string name)
    {
        INamedTypeSymbol? type = symbol.ContainingType;
        if (symbol is not IMethodSymbol method || type is null || !IsFloatingOperation(method)) return null;
        string space = type.ContainingNamespace.ToDisplayString();
        if (space is "System.Runtime.Intrinsics.X86" or "System.Runtime.Intrinsics.Arm" or "System.Runtime.Intrinsics.Wasm") return "names an instruction";
        if (space is "System.Runtime.Intrinsics" or "System.Numerics" && VectorFunctions.Contains(name)) return "computes in vectors";
        if (space == "System.Numerics.Tensors") return "uses a tensor library";
        if (type.Name is "Math" or "MathF" or "Single" or "Double" && Functions.Contains(name)) return "elementwise function";
        return type.Name == "Enumerable" && Reductions.Contains(name) ? "reduces" : null;
    }

    private static bool IsFloatingOperation(IMethodSymbol method) => method.Parameters.Select(parameter => parameter.Type)
        .Append(method.ReturnType).Concat(method.TypeArguments).Any(type => IsFloating(type) || IsFloatingVector(type) || IsFloatingPointer(type));

    private static bool IsFloating(ITypeSymbol? type) => type?.SpecialType is SpecialType.System_Single or SpecialType.System_Double
        || type?.ToDisplayString() is "System.Half" or "System.Numerics.BFloat16";

    private static bool IsFloatingVector(ITypeSymbol? type) => type is INamedTypeSymbol { Name: "Vector" or "Vector64" or "Vector128" or "Vector256" or "Vector512" } vector
        && vector.TypeArguments.Any(IsFloating);

    private static bool IsFloatingPointer(ITypeSymbol? type) => type is IPointerTypeSymbol pointer && IsFloating(pointer.PointedAtType);
}
