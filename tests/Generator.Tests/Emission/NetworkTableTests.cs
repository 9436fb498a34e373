using EfficientNet.Compiler.Emission;
using EfficientNet.Compiler.Tests.Graph;

namespace EfficientNet.Compiler.Tests.Emission;

/// <summary>The remarks of a generated class name each block by its kind, kernel and stride.</summary>
public class NetworkTableTests
{
    [Theory]
    [InlineData("B0", "stem conv 3×3/2", "1.0 MBConv 3×3/1", "3.0 MBConv 5×5/2", "head conv 1×1/1", "classifier matrix")]
    [InlineData("V2B0", "stem conv 3×3/2", "1.0 fused 3×3/1", "2.0 fused 3×3/2", "2.1 fused 3×3/1", "4.0 MBConv 3×3/2", "head conv 1×1/1", "classifier matrix")]
    public void A_block_is_named_by_kind_kernel_and_stride(string network, params string[] blocks)
    {
        CompiledPlan plan = NetworkCompiler.Plan(PublishedNetwork.Of(network).Spec(), CancellationToken.None);
        string[] begun = NetworkTable.Lines(plan).Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))).ToArray();
        foreach (string block in blocks) begun.Count(line => line.StartsWith(block + " ", StringComparison.Ordinal)).ShouldBe(1, block);
    }
}
