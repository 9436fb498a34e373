namespace EfficientNet.Cli.Tests.Support;

/// <summary>Images of two greys that are easily told apart, in a folder <c>data</c> with one folder for each class.</summary>
internal static class Pictures
{
    private const int Side = 224;

    /// <summary>Writes a class: <c>data/LABEL/0.png</c> and so on, each a little farther to the left and a little other in its greys.</summary>
    /// <param name="folder">Receives the folder <c>data</c>.</param>
    /// <param name="label">The class.</param>
    /// <param name="isLight">Which pixels are light.</param>
    /// <param name="count">How many images.</param>
    public static void Write(TemporaryFolder folder, string label, Func<int, int, bool> isLight, int count)
    {
        for (int number = 0; number < count; number++)
        {
            var pixels = new byte[Side * Side];
            for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)(isLight(i % Side + number * 5, i / Side) ? 220 - number : 30 + number);
            using var png = new MemoryStream();
            Imaging.Image.FromGray(pixels, Side, Side).WritePng(png);
            folder.Write(Path.Combine("data", label, $"{number}.png"), png.ToArray());
        }
    }
}
