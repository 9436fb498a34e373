using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Documentation;

/// <summary>The rules of differentiation: every operation has one, and the page shows the compiler's own table.</summary>
public class AdjointTableTests
{
    [Fact]
    public void The_page_shows_the_table_as_it_is()
    {
        string page = Repository.Read("docs", "training.md");
        foreach (AdjointRule rule in AdjointRules.All)
        {
            page.ShouldContain($"| {rule.Operation.Name} | {rule.Forward} | {string.Join("<br>", rule.Backward)} |\n");
        }

        page.Split('\n').Count(line => line.StartsWith("| ", StringComparison.Ordinal) && line.Contains("Op |")).ShouldBe(AdjointRules.All.Length);
    }

    [Fact]
    public void Every_operation_but_the_image_has_a_rule()
    {
        IEnumerable<Type> operations = typeof(Op).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Op)) && type != typeof(InputOp));
        operations.ShouldBe(AdjointRules.All.Select(rule => rule.Operation), ignoreOrder: true);
    }
}
