using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Infrastructure;
using EfficientNet.Compiler.Model;
using EfficientNet.Compiler.Passes;
using EfficientNet.Compiler.Tests.Graph;
using EfficientNet.Compiler.Tests.Support;

namespace EfficientNet.Compiler.Tests.Passes;

public class FoldingAndFusionTests
{
    public static TheoryData<string> Names => PublishedNetwork.Names;

    [Fact]
    public void Inference_drops_what_only_training_does()
    {
        Network training = PublishedNetwork.Of("B1").Network();
        Network inference = InferenceForm.Apply(training).Verify("test");
        training.Ops.Count(op => op is DropoutOp or StochasticDepthOp).ShouldBe(1 + 16);
        inference.Ops.ShouldNotContain(op => op is DropoutOp || op is StochasticDepthOp);
        inference.Ops.Count.ShouldBe(training.Ops.Count - 17);
        inference.Ops.OfType<AddOp>().Select(add => inference[add.Branch].Name).ShouldAllBe(name => name.EndsWith("projection BatchNorm", StringComparison.Ordinal));
        inference[((LinearOp)inference.Ops.Last()).Input].Name.ShouldBe("features");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_BatchNorm_is_folded_with_its_names_and_constants(string name)
    {
        Network before = InferenceForm.Apply(PublishedNetwork.Of(name).Network());
        Network after = BatchNormFolding.Apply(before).Verify("test");
        after.Ops.OfType<BatchNormOp>().ShouldBeEmpty();
        foreach (BatchNormOp norm in before.Ops.OfType<BatchNormOp>())
        {
            var folded = (ConvolutionOp)after[norm.Input];
            folded.BatchNorm.ShouldBe(new FoldedBatchNorm(norm.Parameters, norm.Epsilon), norm.Name);
            folded.ShouldBe((ConvolutionOp)before[norm.Input] with { Input = folded.Input, BatchNorm = folded.BatchNorm });
        }

        after.Parameters.ShouldBe(before.Parameters);
        after.MultiplyAdds.ShouldBe(before.MultiplyAdds);
        Shapes(after).ShouldBe(Shapes(before));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_activation_joins_its_convolution(string name)
    {
        PublishedNetwork published = PublishedNetwork.Of(name);
        Network before = BatchNormFolding.Apply(InferenceForm.Apply(published.Network()));
        Network after = ActivationFusion.Apply(before).Verify("test");
        after.Ops.OfType<ActivationOp>().ShouldBeEmpty();
        ActivationKind kind = published.Lite ? ActivationKind.Relu6 : ActivationKind.Silu;
        foreach (ConvolutionOp c in after.Ops.OfType<ConvolutionOp>())
        {
            bool linear = c.Name.EndsWith(" projection", StringComparison.Ordinal) || c.Name.EndsWith("squeeze-excite expansion", StringComparison.Ordinal);
            c.Activation.ShouldBe(linear ? ActivationKind.None : kind, c.Name);
        }

        Shapes(after).ShouldBe(Shapes(before));
    }

    [Fact]
    public void A_convolution_that_two_operations_read_keeps_its_BatchNorm_apart()
    {
        Network network = InferenceForm.Apply(PublishedNetwork.Of("B0").Network());
        Op classifier = network.Ops.Last();
        Op stem = network.Ops.Single(op => op.Name == "stem");
        var second = new SigmoidOp(classifier.Id + 1, "a second reader", stem.Output, stem.Id);
        Network folded = BatchNormFolding.Apply(network with { Ops = network.Ops.Append(second).ToEquatableArray() }).Verify("test");
        folded.Ops.OfType<BatchNormOp>().ShouldHaveSingleItem().Name.ShouldBe("stem BatchNorm");
    }

    [Fact]
    public void A_convolution_whose_plain_sum_is_read_keeps_its_activation_apart()
    {
        Network network = BatchNormFolding.Apply(InferenceForm.Apply(PublishedNetwork.Of("Lite0").Network()));
        Op head = network.Ops.Single(op => op.Name == "head");
        var second = new SigmoidOp(network.Ops.Last().Id + 1, "a second reader", head.Output, head.Id);
        Network fused = ActivationFusion.Apply(network with { Ops = network.Ops.Append(second).ToEquatableArray() }).Verify("test");
        fused.Ops.OfType<ActivationOp>().ShouldHaveSingleItem().Name.ShouldBe("head activation");
    }

    [Fact]
    public void A_network_without_BatchNorm_has_nothing_to_fold()
    {
        Network network = InferenceForm.Apply(NetworkBuilder.Build(CompoundScaling.Apply(Specs.Valid(PlainTableTests.Text))));
        BatchNormFolding.Apply(network).ShouldBe(network);
    }

    [Fact]
    public void Names_follow_their_tensors_through_all_passes()
    {
        Network training = PublishedNetwork.Of("B0").Network();
        Network inference = NetworkCompiler.ToInference(training);
        inference.Blocks.Select(mark => mark.Name).ShouldBe(training.Blocks.Select(mark => mark.Name));
        foreach (BlockMark mark in inference.Blocks)
        {
            Op made = inference[mark.Tensor];
            made.Output.ShouldBe(training[training.Blocks.Single(other => other.Name == mark.Name).Tensor].Output, mark.Name);
            made.Name.ShouldBeOneOf(mark.Name, mark.Name + " projection", mark.Name + " residual");
        }
    }

    /// <summary>The named tensors' shapes: no pass may change what a network makes.</summary>
    private static IEnumerable<(string Name, Shape Shape)> Shapes(Network network) => network.Blocks.Select(mark => (mark.Name, network[mark.Tensor].Output));
}
