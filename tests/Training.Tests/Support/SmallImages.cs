namespace EfficientNet.Training.Tests.Support;

/// <summary>Images that are no more than files to be found, read or missed.</summary>
internal static class SmallImages
{
    /// <summary>Writes a PNG of two grey pixels, and gives its path.</summary>
    public static string Png(this TemporaryFolder folder, string name, int left = 5, int right = 6) =>
        folder.Write(name, new PngEncoder(2, 1, 0, 8, interlaced: false).Encode([left, right]));
}
