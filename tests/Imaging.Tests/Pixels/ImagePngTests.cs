namespace EfficientNet.Imaging.Tests.Pixels;

public class ImagePngTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 7)]
    [InlineData(7, 1)]
    [InlineData(33, 21)]
    [InlineData(400, 300)]
    public void What_is_written_is_read_again_to_the_byte(int width, int height)
    {
        byte[] pixels = Enumerable.Range(0, width * height * 3).Select(i => (byte)(i * i / 7)).ToArray();
        using var file = new MemoryStream();
        Image.FromRgb(pixels, width, height).WritePng(file);
        file.CanWrite.ShouldBeTrue();
        Image read = Image.Decode(file.ToArray(), "written.png");
        (read.Width, read.Height).ShouldBe((width, height));
        read.Pixels.ToArray().ShouldBe(pixels);
    }
}
