using System.Text.Json;
using EfficientNet.Imaging.Tests.Support;

namespace EfficientNet.Imaging.Tests.Decoding;

public class JpegFixtureTests
{
    public static TheoryData<string> Names
    {
        get
        {
            TheoryData<string> names = [];
            foreach (JsonProperty fixture in Fixtures.Expected.GetProperty("decoded").EnumerateObject()) names.Add(fixture.Name);
            return names;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_sampling_process_and_colour_space_is_decoded_as_Pillow_does_to_the_bit(string name)
    {
        JsonElement expected = Fixtures.Expected.GetProperty("decoded").GetProperty(name);

        Image image = Image.Load(Fixtures.PathOf($"{name}.jpg"));

        image.Width.ShouldBe(expected.GetProperty("width").GetInt32());
        image.Height.ShouldBe(expected.GetProperty("height").GetInt32());
        Fixtures.Sha256(image.Pixels).ShouldBe(expected.GetProperty("rgb_sha256").GetString());
    }

    [Fact]
    public void Decoders_running_at_once_do_not_disturb_each_other()
    {
        string[] names = [.. Fixtures.Expected.GetProperty("decoded").EnumerateObject().Select(static fixture => fixture.Name)];
        string[] alone = [.. names.Select(static name => Fixtures.Sha256(Image.Decode(Fixtures.Jpeg(name), name).Pixels))];

        Parallel.For(0, names.Length * 20, i =>
        {
            int at = i % names.Length;
            Fixtures.Sha256(Image.Decode(Fixtures.Jpeg(names[at]), names[at]).Pixels).ShouldBe(alone[at]);
        });
    }
}
