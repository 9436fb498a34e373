using EfficientNet.Runtime.Tests.Support;

namespace EfficientNet.Runtime.Tests.Weights;

public sealed class WeightMetadataTests
{
    private static readonly WeightMetadata Full = new()
    {
        Network = "Net \"é\"",
        Convention = "tensorflow",
        Padding = "same",
        Epsilon = 1e-3,
        Activation = "relu6",
        Resolution = 224,
        Labels = ["tench, Tinca tinca", "", "<&>\u2028日本"],
        IsMultiLabel = true,
        Preprocessing = new Preprocessing(256, 224, Interpolation.Bilinear, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 1f / 3f]),
    };

    [Fact]
    public void What_is_written_is_read_back_exactly()
    {
        WeightMetadata read = Read(Full.ToDictionary());
        read.Labels.ShouldBe(Full.Labels);
        read.Preprocessing!.Mean.ShouldBe(Full.Preprocessing!.Mean);
        read.Preprocessing.Std.ShouldBe(Full.Preprocessing.Std);
        (read.Preprocessing with { Mean = Full.Preprocessing.Mean, Std = Full.Preprocessing.Std }).ShouldBe(Full.Preprocessing);
        (read with { Labels = Full.Labels, Preprocessing = Full.Preprocessing }).ShouldBe(Full);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void How_many_labels_an_image_has_is_said_either_way(bool many) =>
        Read((Full with { IsMultiLabel = many }).ToDictionary()).IsMultiLabel.ShouldBe(many);

    [Fact]
    public void A_file_that_says_nothing_gives_nothing()
    {
        Read(new Dictionary<string, string>()).ShouldBe(new WeightMetadata());
        Read(new Dictionary<string, string> { ["format"] = "pt", ["labels"] = "[" }).ShouldBe(new WeightMetadata());
        new WeightMetadata().ToDictionary().ShouldBeEmpty();
    }

    [Fact]
    public void What_is_said_about_a_network_is_the_network()
    {
        NetworkDescription network = Descriptions.Of(0, "same");
        WeightMetadata metadata = WeightMetadata.Of(network, ["cat", "dog"]);
        (metadata.Network, metadata.Padding, metadata.Epsilon, metadata.Activation, metadata.Resolution, metadata.Convention)
            .ShouldBe((network.Name, "same", network.Epsilon, network.Activation, network.Resolution, network.Convention));
        metadata.Preprocessing.ShouldBe(network.Preprocessing);
        metadata.Labels.ShouldBe(["cat", "dog"]);
        Should.Throw<ArgumentException>(() => WeightMetadata.Of(network, ["cat"])).Message.ShouldStartWith("Net has 2 classes: there are 1 labels.");
    }

    [Theory]
    [InlineData("padding", "valid", "symmetric or same")]
    [InlineData("epsilon", "-0.1", "a number from 0 to 1")]
    [InlineData("epsilon", "NaN", "a number from 0 to 1")]
    [InlineData("epsilon", "1e-3x", "a number from 0 to 1")]
    [InlineData("resolution", "0", "a whole number from 1 to 65536")]
    [InlineData("resolution", "99999999999", "a whole number from 1 to 65536")]
    [InlineData("labels", "", "a JSON array of texts")]
    [InlineData("labels", "[1]", "a JSON array of texts")]
    [InlineData("labels", "[\"\\ud800\"]", "a JSON array of texts")]
    [InlineData("labels", "{}", "a JSON array of texts")]
    [InlineData("multi-label", "yes", "true or false")]
    [InlineData("preprocessing", "[[[[", "a JSON object with resize")]
    [InlineData("preprocessing", "{}", "a JSON object with resize")]
    [InlineData("preprocessing", "{\"resize\":1e9,\"crop\":1,\"interpolation\":\"bicubic\",\"mean\":[0,0,0],\"std\":[1,1,1]}", "a JSON object with resize")]
    [InlineData("preprocessing", "{\"resize\":1,\"crop\":1,\"interpolation\":\"nearest\",\"mean\":[0,0,0],\"std\":[1,1,1]}", "a JSON object with resize")]
    [InlineData("preprocessing", "{\"resize\":1,\"crop\":1,\"interpolation\":\"bicubic\",\"mean\":[0,0],\"std\":[1,1,1]}", "a JSON object with resize")]
    [InlineData("preprocessing", "{\"resize\":1,\"crop\":1,\"interpolation\":\"bicubic\",\"mean\":[0,0,1e99],\"std\":[1,1,1]}", "a JSON object with resize")]
    [InlineData("preprocessing", "{\"resize\":1,\"crop\":1,\"interpolation\":\"bicubic\",\"mean\":[0,0,0],\"std\":[1,0,1]}", "a JSON object with resize")]
    [InlineData("preprocessing", "{\"resize\":3,\"crop\":4,\"interpolation\":\"bicubic\",\"mean\":[0,0,0],\"std\":[1,1,1]}", "a JSON object with resize, crop (no larger)")]
    public void What_cannot_be_understood_is_an_error_that_names_the_key(string key, string value, string expected)
    {
        Should.Throw<WeightFileException>(() => Read(new Dictionary<string, string> { [$"efficientnet.{key}"] = value })).Message
            .ShouldStartWith($"w: its metadata efficientnet.{key} is not {expected}");
    }

    private static WeightMetadata Read(IReadOnlyDictionary<string, string> metadata)
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, [], metadata);
        stream.Position = 0;
        using WeightFile file = WeightFile.Open(stream, "w");
        return WeightMetadata.Read(file);
    }
}
