using EfficientNet.Numerics.Tests.Support;

namespace EfficientNet.Numerics.Tests.ReferenceChecks;

public class WeightRuleTests
{
    [Theory]
    [InlineData("features.0.0.weight", new[] { 32, 3, 3, 3 }, 1, 0, 0x3EB6D88Cu)]
    [InlineData("features.0.0.weight", new[] { 32, 3, 3, 3 }, 1, 863, 0xBE9F7658u)]
    [InlineData("features.0.1.weight", new[] { 32 }, 1, 0, 0x3F97ACAAu)]
    [InlineData("classifier.1.bias", new[] { 1000 }, 1, 999, 0xBD84FD8Au)]
    [InlineData("input", new[] { 1, 3, 224, 224 }, 7, 0, 0xBEFA4500u)]
    [InlineData("classifier.1.weight", new[] { 1000, 1280 }, 7, 1279999, 0x3D56ED4Du)]
    public void Values_have_the_published_bits(string name, int[] shape, int seed, int index, uint bits) =>
        BitConverter.SingleToUInt32Bits(WeightRule.Values(name, shape, seed)[index]).ShouldBe(bits);

    [Fact]
    public void Hash_and_uniform_have_the_published_values()
    {
        ulong hash = WeightRule.Hash("features.0.0.weight", 1);
        hash.ShouldBe(0x3836675285061124ul);
        ((double)WeightRule.Uniform(hash, 0)).ShouldBe(0.8787838816642761);
    }
}
