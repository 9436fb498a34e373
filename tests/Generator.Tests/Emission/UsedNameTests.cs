using EfficientNet.Compiler.Parsing;
using EfficientNet.Compiler.Tests.Emission.Support;
using EfficientNet.Compiler.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace EfficientNet.Compiler.Tests.Emission;

/// <summary>A network called like something that its own code uses would not compile, with errors far from the spec.</summary>
public class UsedNameTests
{
    [Fact]
    public void No_network_can_be_called_like_what_generated_code_uses()
    {
        string[] specs = [Specs.B0, Specs.Lite0, Specs.Trained, .. CleanCompilationTests.Odd];
        SyntaxNode[] roots = specs.Select(Specs.Valid).Select(spec => spec with { EmbedsWeights = true }).Append(Specs.Valid(Specs.Trained) with { Checked = true }).SelectMany(GeneratedCode.FilesOf)
            .Select(file => CSharpSyntaxTree.ParseText(file.Text).GetRoot()).ToArray();
        // What a kernel's class declares hides an outer class, not the other way round.
        HashSet<string> declared = [.. roots.SelectMany(root => root.DescendantNodes()).Select(Declared).OfType<string>()];
        IEnumerable<string> free = roots.SelectMany(root => root.DescendantNodes()).OfType<SimpleNameSyntax>().Where(IsLookedUp)
            .Select(name => name.Identifier.Text).Where(name => char.IsUpper(name[0]) && !declared.Contains(name));
        string[] used = [.. free.Concat(roots.SelectMany(MembersOfTheClass)).Distinct().Order(StringComparer.Ordinal)];
        used.Length.ShouldBeGreaterThan(20);
        used.Where(name => Identifiers.ClassComplaint(name) is null).ShouldBeEmpty();
    }

    private static bool IsLookedUp(SimpleNameSyntax name) => name.Parent switch
    {
        MemberAccessExpressionSyntax access => access.Expression == name,
        QualifiedNameSyntax qualified => qualified.Left == name && !name.Ancestors().Any(node => node is UsingDirectiveSyntax or BaseNamespaceDeclarationSyntax),
        AliasQualifiedNameSyntax or NameEqualsSyntax or NameColonSyntax or BaseNamespaceDeclarationSyntax or UsingDirectiveSyntax => false,
        AssignmentExpressionSyntax { Parent: InitializerExpressionSyntax } assignment => assignment.Left != name,
        _ => true,
    };

    private static IEnumerable<string> MembersOfTheClass(SyntaxNode root) =>
        root.ChildNodes().OfType<BaseNamespaceDeclarationSyntax>().SelectMany(space => space.Members.OfType<ClassDeclarationSyntax>())
            .SelectMany(type => type.Members.Where(member => member is not ConstructorDeclarationSyntax).SelectMany(NamesOf));

    // A property's accessor is a member too.
    private static IEnumerable<string> NamesOf(MemberDeclarationSyntax member) => Declared(member) is not { } name ? [] : member is PropertyDeclarationSyntax ? [name, $"get_{name}"] : [name];

    private static string? Declared(SyntaxNode node) => node switch
    {
        FieldDeclarationSyntax field => field.Declaration.Variables[0].Identifier.Text,
        BaseTypeDeclarationSyntax type => type.Identifier.Text,
        MethodDeclarationSyntax method => method.Identifier.Text,
        PropertyDeclarationSyntax property => property.Identifier.Text,
        VariableDeclaratorSyntax variable => variable.Identifier.Text,
        ParameterSyntax parameter => parameter.Identifier.Text,
        SingleVariableDesignationSyntax designation => designation.Identifier.Text,
        _ => null,
    };
}
