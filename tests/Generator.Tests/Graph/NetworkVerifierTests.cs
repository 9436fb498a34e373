using EfficientNet.Compiler.Graph;
using EfficientNet.Compiler.Infrastructure;

namespace EfficientNet.Compiler.Tests.Graph;

public class NetworkVerifierTests
{
    private static readonly Network Sound = PublishedNetwork.Of("B0").Network();

    [Fact]
    public void A_sound_graph_passes_through_unchanged() => Sound.Verify("building").ShouldBeSameAs(Sound);

    [Fact]
    public void An_operation_that_reads_what_comes_later_is_refused() =>
        Refused("3.0 depthwise", network => Change<ConvolutionOp>(network, "3.0 depthwise", c => c with { Input = c.Id + 1 }), "is not made before it");

    [Fact]
    public void An_operation_that_reads_what_is_nowhere_is_refused() =>
        Refused("head", network => Change<ConvolutionOp>(network, "head", c => c with { Input = 100_000 }), "100000");

    [Fact]
    public void A_convolution_whose_input_has_another_shape_is_refused() =>
        Refused("2.1 expansion", network => Change<ConvolutionOp>(network, "2.1 expansion", c => c with { InputShape = c.InputShape with { Channels = 25 } }));

    [Fact]
    public void A_depthwise_convolution_that_changes_the_channels_is_refused() =>
        Refused("2.0 depthwise", network => Change<ConvolutionOp>(network, "2.0 depthwise", c => c with { Output = c.Output with { Channels = 95 } }));

    [Fact]
    public void A_convolution_that_reads_past_its_map_is_refused() =>
        Refused("4.0 depthwise", network => Change<ConvolutionOp>(network, "4.0 depthwise", c => c with { Output = c.Output with { Height = c.Output.Height + 2 } }));

    [Fact]
    public void A_convolution_that_makes_nothing_is_refused() =>
        Refused("7.0 projection", network => Change<ConvolutionOp>(network, "7.0 projection", c => c with { Output = c.Output with { Width = 0 } }));

    [Fact]
    public void An_activation_of_another_shape_is_refused() =>
        Refused("stem activation", network => Change<ActivationOp>(network, "stem activation", a => a with { Output = new Shape(32, 111, 112) }));

    [Fact]
    public void A_BatchNorm_of_another_shape_is_refused() =>
        Refused("5.0 projection BatchNorm", network => Change<BatchNormOp>(network, "5.0 projection BatchNorm", b => b with { Output = b.Output with { Channels = 111 } }));

    [Fact]
    public void Pooling_that_leaves_positions_is_refused() =>
        Refused("6.0 squeeze", network => Change<GlobalAveragePoolOp>(network, "6.0 squeeze", p => p with { Output = p.Output with { Width = 2 } }));

    [Fact]
    public void A_gate_that_is_a_map_is_refused() =>
        Refused("6.1 excite", network => Change<ScaleOp>(network, "6.1 excite", s => s with { Gate = s.Input }));

    [Fact]
    public void A_residual_of_two_shapes_is_refused() =>
        Refused("3.1 residual", network => Change<AddOp>(network, "3.1 residual", a => a with { Shortcut = network.Ops.Single(op => op.Name == "2.0 projection BatchNorm").Id }));

    [Fact]
    public void A_classifier_of_other_features_is_refused() =>
        Refused("classifier", network => Change<LinearOp>(network, "classifier", l => l with { InputChannels = 1279 }));

    [Fact]
    public void A_number_that_is_taken_is_refused() =>
        Refused("head activation", network => Change<ActivationOp>(network, "head activation", a => a with { Id = 0 }), "taken");

    [Fact]
    public void A_name_for_a_tensor_that_is_gone_is_refused()
    {
        Network broken = Sound with { Blocks = Sound.Blocks.Select(mark => mark.Name == "4.2" ? mark with { Tensor = 100_000 } : mark).ToEquatableArray() };
        Should.Throw<InvalidOperationException>(() => broken.Verify("some pass")).Message.ShouldBe("after some pass: block 4.2 is tensor 100000, which is gone");
    }

    private static void Refused(string operation, Func<Network, Network> breaking, string because = "")
    {
        string message = Should.Throw<InvalidOperationException>(() => breaking(Sound).Verify("some pass")).Message;
        message.ShouldStartWith("after some pass: ");
        message.ShouldContain($"'{operation}'");
        message.ShouldContain(because);
    }

    private static Network Change<T>(Network network, string name, Func<T, T> change)
        where T : Op
    {
        network.Ops.OfType<T>().Count(op => op.Name == name).ShouldBe(1, name);
        return network with { Ops = network.Ops.Select(op => op is T known && op.Name == name ? change(known) : op).ToEquatableArray() };
    }
}
